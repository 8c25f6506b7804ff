/** How partitions and exits behave: service times, confidence and correctness. */
@NullMarked
package dev.offramp.partition.profile;

import org.jspecify.annotations.NullMarked;

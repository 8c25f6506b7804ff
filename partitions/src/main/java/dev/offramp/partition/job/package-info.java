/** Jobs and what becomes of them. */
@NullMarked
package dev.offramp.partition.job;

import org.jspecify.annotations.NullMarked;

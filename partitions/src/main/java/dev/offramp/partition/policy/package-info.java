/** Who leaves where, and which chain a job takes. */
@NullMarked
package dev.offramp.partition.policy;

import org.jspecify.annotations.NullMarked;

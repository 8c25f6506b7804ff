/** Partitions against the network they were cut from. */
@NullMarked
package dev.offramp.agent.verify;

import org.jspecify.annotations.NullMarked;

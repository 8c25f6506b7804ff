/** Activations as they travel between nodes: smaller than they are, and back. No I/O, no time, no threads. */
@NullMarked
package dev.offramp.agent.codec;

import org.jspecify.annotations.NullMarked;

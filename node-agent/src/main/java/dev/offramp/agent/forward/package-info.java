/** Between this node and its neighbours. */
@NullMarked
package dev.offramp.agent.forward;

import org.jspecify.annotations.NullMarked;

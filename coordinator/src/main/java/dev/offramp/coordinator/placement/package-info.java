/** From what an operator writes to a placement. Pure. */
@NullMarked
package dev.offramp.coordinator.placement;

import org.jspecify.annotations.NullMarked;

/** The control plane: knows nodes, models, placements and policies; never in the path of a frame. */
@NullMarked
package dev.offramp.coordinator;

import org.jspecify.annotations.NullMarked;

/** Draws what a roadside camera sees, with the truth known: training data and the demo's frames. */
@NullMarked
package dev.offramp.roadside;

import org.jspecify.annotations.NullMarked;

/** Prediction by a short simulation. */
@NullMarked
package dev.offramp.coordinator.predict.simulated;

import org.jspecify.annotations.NullMarked;

/** Prediction by formulas. */
@NullMarked
package dev.offramp.coordinator.predict.analytic;

import org.jspecify.annotations.NullMarked;

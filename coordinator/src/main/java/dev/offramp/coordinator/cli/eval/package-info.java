/** {@code offramp eval}: simulator and predictors against published figures. */
@NullMarked
package dev.offramp.coordinator.cli.eval;

import org.jspecify.annotations.NullMarked;

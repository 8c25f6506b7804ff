/** {@code offramp experiment}: schedulers against each other in the simulator. */
@NullMarked
package dev.offramp.coordinator.cli.experiment;

import org.jspecify.annotations.NullMarked;

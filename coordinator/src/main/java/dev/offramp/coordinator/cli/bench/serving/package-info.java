/** {@code bench serving}: one agent with a whole network against the same network behind plain HTTP. */
@NullMarked
package dev.offramp.coordinator.cli.bench.serving;

import org.jspecify.annotations.NullMarked;

/** Networks for benches. */
@NullMarked
package dev.offramp.coordinator.cli.bench.network;

import org.jspecify.annotations.NullMarked;

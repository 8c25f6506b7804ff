/** {@code bench freshness}. */
@NullMarked
package dev.offramp.coordinator.cli.bench.freshness;

import org.jspecify.annotations.NullMarked;

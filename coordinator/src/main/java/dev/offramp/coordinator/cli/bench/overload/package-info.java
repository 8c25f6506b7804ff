/** {@code bench overload}. */
@NullMarked
package dev.offramp.coordinator.cli.bench.overload;

import org.jspecify.annotations.NullMarked;

/** {@code bench strangers}: what a flood of attempts by strangers costs the members of a cluster. */
@NullMarked
package dev.offramp.coordinator.cli.bench.strangers;

import org.jspecify.annotations.NullMarked;

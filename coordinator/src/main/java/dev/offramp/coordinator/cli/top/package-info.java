/** {@code offramp top}: what the cluster does now, from differences between snapshots. */
@NullMarked
package dev.offramp.coordinator.cli.top;

import org.jspecify.annotations.NullMarked;

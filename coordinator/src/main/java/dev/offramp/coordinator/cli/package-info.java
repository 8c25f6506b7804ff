/** {@code offramp}: what operators type. */
@NullMarked
package dev.offramp.coordinator.cli;

import org.jspecify.annotations.NullMarked;

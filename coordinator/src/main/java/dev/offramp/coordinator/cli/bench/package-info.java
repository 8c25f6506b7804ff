/** {@code bench}: what Offramp costs on this machine, measured with real processes. */
@NullMarked
package dev.offramp.coordinator.cli.bench;

import org.jspecify.annotations.NullMarked;

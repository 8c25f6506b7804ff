/** {@code bench chain}: a network cut over several agents against the same network in one process. */
@NullMarked
package dev.offramp.coordinator.cli.bench.chain;

import org.jspecify.annotations.NullMarked;

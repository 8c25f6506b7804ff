/** {@code offramp demo}: a whole cluster of emulated boards on one machine, with a camera and a summary. */
@NullMarked
package dev.offramp.coordinator.cli.demo;

import org.jspecify.annotations.NullMarked;

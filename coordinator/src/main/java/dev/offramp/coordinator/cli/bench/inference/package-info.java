/** {@code bench inference}: what it costs to call ONNX Runtime, and what its settings bring. */
@NullMarked
package dev.offramp.coordinator.cli.bench.inference;

import org.jspecify.annotations.NullMarked;

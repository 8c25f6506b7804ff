/** Partitions on DJL's ONNX Runtime engine; the only importer of either. */
@NullMarked
package dev.offramp.agent.inference.onnx;

import org.jspecify.annotations.NullMarked;

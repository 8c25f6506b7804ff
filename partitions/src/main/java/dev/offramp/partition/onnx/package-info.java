/** Cutting ONNX graphs; the only importer of the ONNX schema. */
@NullMarked
package dev.offramp.partition.onnx;

import org.jspecify.annotations.NullMarked;

package dev.offramp.agent.inference.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import dev.offramp.agent.inference.Inference;
import dev.offramp.partition.ElementType;
import dev.offramp.partition.Exit;
import dev.offramp.partition.Partition;
import dev.offramp.partition.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A partition's bytes to DJL's arrays and back. Checks the outputs against the partition. Immutable. */
final class PartitionTranslator implements Translator<ByteBuffer, Inference> {
    private final Partition partition;

    PartitionTranslator(Partition partition) {
        this.partition = partition;
    }

    @Override
    public @Nullable Batchifier getBatchifier() {
        return null;
    }

    @Override
    public NDList processInput(TranslatorContext context, ByteBuffer input) {
        TensorSpec spec = partition.input();
        NDArray array = context.getNDManager().create(input, shape(spec), dataType(spec.type()));
        array.setName(spec.name());
        return new NDList(array);
    }

    @Override
    public Inference processOutput(TranslatorContext context, NDList outputs) {
        List<float[]> scores = new ArrayList<>(partition.exits().size());
        for (Exit exit : partition.exits()) {
            scores.add(floats(output(outputs, exit.output())));
        }
        Optional<ByteBuffer> activation =
                partition.output().map(spec -> activation(spec, output(outputs, spec.name())));
        return new Inference(scores, activation);
    }

    private NDArray output(NDList outputs, String name) {
        for (NDArray array : outputs) {
            if (name.equals(array.getName())) {
                return array;
            }
        }
        throw new IllegalArgumentException("the file has no output '%s' that the manifest names; it has %s"
                .formatted(name, outputs.stream().map(NDArray::getName).toList()));
    }

    private static float[] floats(NDArray array) {
        ByteBuffer bytes = array.toByteBuffer().order(ByteOrder.nativeOrder());
        float[] values = new float[Math.toIntExact(array.getShape().size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (array.getDataType()) {
                case FLOAT32 -> bytes.getFloat();
                case FLOAT16 -> Float.float16ToFloat(bytes.getShort());
                case FLOAT64 -> (float) bytes.getDouble();
                default ->
                    throw new IllegalArgumentException("scores '%s' have type %s: expected a floating-point type"
                            .formatted(array.getName(), array.getDataType()));
            };
        }
        return values;
    }

    private static ByteBuffer activation(TensorSpec spec, NDArray array) {
        if (array.getDataType() != dataType(spec.type()) || !array.getShape().equals(shape(spec))) {
            throw new IllegalArgumentException("output '%s' is %s%s: expected %s"
                    .formatted(spec.name(), array.getDataType(), array.getShape(), spec.signature()));
        }
        // A copy on the heap: ONNX Runtime's own memory goes with the context.
        return array.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static Shape shape(TensorSpec spec) {
        return new Shape(spec.shape().stream()
                .mapToLong(dimension -> dimension == TensorSpec.BATCH ? 1 : dimension)
                .toArray());
    }

    private static DataType dataType(ElementType type) {
        return switch (type) {
            case FLOAT32 -> DataType.FLOAT32;
            case FLOAT16 -> DataType.FLOAT16;
            case FLOAT64 -> DataType.FLOAT64;
            case INT8 -> DataType.INT8;
            case UINT8 -> DataType.UINT8;
            case INT32 -> DataType.INT32;
            case INT64 -> DataType.INT64;
            case BOOL -> DataType.BOOLEAN;
        };
    }
}

package dev.offramp.partition.onnx;

import com.google.protobuf.ByteString;
import dev.offramp.partition.onnx.OnnxException.Reason;
import dev.offramp.partition.onnx.schema.ModelProto;
import dev.offramp.partition.onnx.schema.StringStringEntryProto;
import dev.offramp.partition.onnx.schema.TensorProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Weights in files beside the model, brought into it: a partition must be one file that its hash covers. */
final class ExternalData {
    private ExternalData() {}

    static boolean isUsed(ModelProto model) {
        return model.getGraph().getInitializerList().stream().anyMatch(ExternalData::isExternal);
    }

    private static boolean isExternal(TensorProto tensor) {
        return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
    }

    /** The model with all its weights inside. */
    static ModelProto inline(ModelProto model, Path directory, long maxBytes) throws OnnxException, IOException {
        ModelProto.Builder inlined = model.toBuilder();
        long total = 0;
        for (int i = 0; i < model.getGraph().getInitializerCount(); i++) {
            TensorProto tensor = model.getGraph().getInitializer(i);
            if (!isExternal(tensor)) {
                continue;
            }
            ByteString bytes = read(tensor, directory, maxBytes - total);
            total += bytes.size();
            inlined.getGraphBuilder()
                    .setInitializer(
                            i,
                            tensor.toBuilder()
                                    .clearExternalData()
                                    .clearDataLocation()
                                    .setRawData(bytes));
        }
        return inlined.build();
    }

    private static ByteString read(TensorProto tensor, Path directory, long room) throws OnnxException, IOException {
        Map<String, String> entries = new HashMap<>();
        for (StringStringEntryProto entry : tensor.getExternalDataList()) {
            entries.put(entry.getKey(), entry.getValue());
        }
        String location = entries.getOrDefault("location", "");
        Path file = directory.resolve(location).normalize();
        if (location.isEmpty()
                || !file.startsWith(directory.normalize())
                || Path.of(location).isAbsolute()) {
            throw trouble(tensor, "names '%s': expected a file beside the model".formatted(location));
        }
        if (!Files.isRegularFile(file)) {
            throw trouble(tensor, "is in '%s', which is not there. Put it beside the model".formatted(location));
        }
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            long offset = number(tensor, entries, "offset", 0);
            long length = number(tensor, entries, "length", Math.max(0, channel.size() - offset));
            if (length > room || offset > channel.size() - length) {
                throw trouble(
                        tensor,
                        "wants bytes %d to %d of '%s', which has %d"
                                .formatted(offset, offset + length, location, channel.size()));
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) length);
            channel.position(offset);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
            return ByteString.copyFrom(bytes.flip());
        }
    }

    private static long number(TensorProto tensor, Map<String, String> entries, String key, long otherwise)
            throws OnnxException {
        String text = entries.get(key);
        try {
            long value = text == null ? otherwise : Long.parseLong(text);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw trouble(tensor, "has %s '%s': expected a number of bytes".formatted(key, text));
    }

    private static OnnxException trouble(TensorProto tensor, String what) {
        return new OnnxException(
                Reason.EXTERNAL_DATA, "the data of initialiser '%s' %s".formatted(tensor.getName(), what));
    }
}

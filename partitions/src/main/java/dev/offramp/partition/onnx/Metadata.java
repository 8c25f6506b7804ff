package dev.offramp.partition.onnx;

import dev.offramp.partition.Scores;
import dev.offramp.partition.TensorSpec;
import dev.offramp.partition.artifact.Preprocessing;
import dev.offramp.partition.artifact.Preprocessing.Color;
import dev.offramp.partition.onnx.OnnxException.Reason;
import dev.offramp.partition.onnx.schema.ModelProto;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a model says of itself in its {@code metadata_props}, keys {@code offramp.*}. */
final class Metadata {
    private final Map<String, String> entries = new HashMap<>();

    Metadata(ModelProto model) {
        model.getMetadataPropsList().forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
    }

    private Optional<String> get(String key) {
        return Optional.ofNullable(entries.get("offramp." + key)).filter(value -> !value.isBlank());
    }

    Optional<String> service() {
        return get("service");
    }

    List<String> labels() {
        return get("labels").map(text -> List.of(text.split("\n"))).orElse(List.of());
    }

    List<String> exits() {
        return get("exits")
                .map(text -> Arrays.stream(text.split(",")).map(String::strip).toList())
                .orElse(List.of());
    }

    Optional<Scores> scores() throws OnnxException {
        Optional<String> text = get("score");
        return text.isEmpty() ? Optional.empty() : Optional.of(constant(Scores.class, "score", text.get()));
    }

    /** Without metadata: full scale 0 … 1, RGB or gray by the number of channels. */
    Preprocessing preprocessing(TensorSpec input) throws OnnxException {
        List<Long> shape = input.shape();
        boolean image = shape.size() == 4 && (shape.get(1) == 1 || shape.get(1) == 3);
        if (!image) {
            throw new OnnxException(
                    Reason.UNSUPPORTED,
                    "the network takes %s: expected an image [batch, 1 or 3, height, width]"
                            .formatted(input.signature()));
        }
        int channels = shape.get(1).intValue();
        Optional<String> named = get("input.color");
        Color color = named.isPresent()
                ? constant(Color.class, "input.color", named.get())
                : channels == 1 ? Color.GRAY : Color.RGB;
        if (color.channels() != channels) {
            throw new OnnxException(
                    Reason.MALFORMED,
                    "metadata offramp.input.color is %s, but the network takes %d channels".formatted(color, channels));
        }
        return new Preprocessing(
                shape.get(3).intValue(),
                shape.get(2).intValue(),
                color,
                perChannel("input.mean", channels, 0f),
                perChannel("input.std", channels, 1f));
    }

    private List<Float> perChannel(String key, int channels, float otherwise) throws OnnxException {
        Optional<String> text = get(key);
        if (text.isEmpty()) {
            return Collections.nCopies(channels, otherwise);
        }
        try {
            List<Float> values = Arrays.stream(text.get().split(","))
                    .map(String::strip)
                    .map(Float::valueOf)
                    .toList();
            if (values.size() == channels) {
                return values;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new OnnxException(
                Reason.MALFORMED,
                "metadata offramp.%s is '%s': expected %d numbers separated by commas"
                        .formatted(key, text.get(), channels));
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String key, String text) throws OnnxException {
        for (E value : type.getEnumConstants()) {
            if (value.name().equalsIgnoreCase(text)) {
                return value;
            }
        }
        throw new OnnxException(
                Reason.MALFORMED,
                "metadata offramp.%s is '%s': expected one of %s"
                        .formatted(
                                key,
                                text,
                                Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT)));
    }
}

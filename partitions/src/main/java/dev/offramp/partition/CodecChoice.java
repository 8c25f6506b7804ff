package dev.offramp.partition;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The codecs that a service's activations may travel in; the sending node picks one of them for each link. Immutable.
 *
 * @param allowed at least one; iterates from the most exact
 */
public record CodecChoice(Set<ActivationCodec> allowed) {
    /** Any that gives the receiver the very bits that were sent: what is meant where nothing is said. */
    public static final CodecChoice EXACT = new CodecChoice(Arrays.stream(ActivationCodec.values())
            .filter(ActivationCodec::isExact)
            .collect(Collectors.toSet()));

    /** Any at all. */
    public static final CodecChoice AUTO = new CodecChoice(EnumSet.allOf(ActivationCodec.class));

    private static final String AUTO_LABEL = "auto";
    private static final String EXACT_LABEL = "exact";
    private static final String SEPARATOR = ",";

    public CodecChoice {
        if (allowed.isEmpty()) {
            throw new IllegalArgumentException("no codec is allowed: expected at least one");
        }
        allowed = Collections.unmodifiableSet(EnumSet.copyOf(allowed));
    }

    /** This one and no other. */
    public static CodecChoice pinned(ActivationCodec codec) {
        return new CodecChoice(Set.of(codec));
    }

    /** Reads {@code auto}, {@code exact}, or labels of codecs with commas between them. */
    public static CodecChoice parse(String text) {
        return switch (text.strip()) {
            case AUTO_LABEL -> AUTO;
            case EXACT_LABEL -> EXACT;
            default ->
                new CodecChoice(Arrays.stream(text.split(SEPARATOR, -1))
                        .map(CodecChoice::codec)
                        .collect(Collectors.toSet()));
        };
    }

    private static ActivationCodec codec(String label) {
        return ActivationCodec.find(label.strip())
                .orElseThrow(() -> new IllegalArgumentException(
                        "'%s' is no codec: expected one of %s".formatted(label.strip(), String.join(", ", labels()))));
    }

    /** Everything that {@link #parse} knows. */
    public static List<String> labels() {
        List<String> labels = Arrays.stream(ActivationCodec.values())
                .map(ActivationCodec::label)
                .collect(Collectors.toList());
        labels.add(AUTO_LABEL);
        labels.add(EXACT_LABEL);
        return labels;
    }

    /** As people write it. */
    public String label() {
        if (equals(AUTO)) {
            return AUTO_LABEL;
        }
        return equals(EXACT)
                ? EXACT_LABEL
                : allowed.stream().map(ActivationCodec::label).collect(Collectors.joining(SEPARATOR));
    }
}

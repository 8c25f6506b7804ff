package dev.offramp.proto;

import dev.offramp.partition.ActivationCodec;
import dev.offramp.partition.ElementType;
import dev.offramp.partition.Optimisation;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.Scores;
import dev.offramp.partition.artifact.Preprocessing.Color;
import dev.offramp.partition.job.LossReason;

/** Enumerations by name: the wire's and the vocabulary's constants are called the same, which a test makes sure of. */
public final class Enums {
    private Enums() {}

    public static dev.offramp.proto.v1.ElementType write(ElementType type) {
        return dev.offramp.proto.v1.ElementType.valueOf(type.name());
    }

    public static ElementType read(dev.offramp.proto.v1.ElementType type) throws WireException {
        return read(ElementType.class, type);
    }

    public static dev.offramp.proto.v1.ActivationCodec write(ActivationCodec codec) {
        return dev.offramp.proto.v1.ActivationCodec.valueOf(codec.name());
    }

    public static ActivationCodec read(dev.offramp.proto.v1.ActivationCodec codec) throws WireException {
        return read(ActivationCodec.class, codec);
    }

    public static dev.offramp.proto.v1.Scores write(Scores scores) {
        return dev.offramp.proto.v1.Scores.valueOf(scores.name());
    }

    public static Scores read(dev.offramp.proto.v1.Scores scores) throws WireException {
        return read(Scores.class, scores);
    }

    public static dev.offramp.proto.v1.Color write(Color color) {
        return dev.offramp.proto.v1.Color.valueOf(color.name());
    }

    public static Color read(dev.offramp.proto.v1.Color color) throws WireException {
        return read(Color.class, color);
    }

    public static dev.offramp.proto.v1.Overflow write(Overflow overflow) {
        return dev.offramp.proto.v1.Overflow.valueOf(overflow.name());
    }

    public static Overflow read(dev.offramp.proto.v1.Overflow overflow) throws WireException {
        return read(Overflow.class, overflow);
    }

    public static dev.offramp.proto.v1.Optimisation write(Optimisation optimisation) {
        return dev.offramp.proto.v1.Optimisation.valueOf(optimisation.name());
    }

    public static Optimisation read(dev.offramp.proto.v1.Optimisation optimisation) throws WireException {
        return read(Optimisation.class, optimisation);
    }

    public static dev.offramp.proto.v1.LossReason write(LossReason reason) {
        return dev.offramp.proto.v1.LossReason.valueOf(reason.name());
    }

    public static LossReason read(dev.offramp.proto.v1.LossReason reason) throws WireException {
        return read(LossReason.class, reason);
    }

    private static <E extends Enum<E>> E read(Class<E> vocabulary, Enum<?> wire) throws WireException {
        for (E constant : vocabulary.getEnumConstants()) {
            if (constant.name().equals(wire.name())) {
                return constant;
            }
        }
        throw new WireException("%s %s is not known here. Maybe the sender is a newer offramp"
                .formatted(vocabulary.getSimpleName(), wire.name()));
    }
}

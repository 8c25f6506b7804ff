package dev.offramp.coordinator.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import java.util.List;
import java.util.random.RandomGenerator;

/** Well-formed messages of any type that say anything at all. Stateless. */
final class AnyMessage {
    private static final int MOST_LEVELS = 8;
    private static final int MOST_REPETITIONS = 3;
    private static final int MOST_BYTES = 300;

    /** Words that mean something somewhere, and such as nobody expects. */
    private static final List<String> WORDS = List.of(
            "",
            "roadside",
            "n1",
            "a",
            "push",
            "admin",
            "agent",
            "mqtt://broker/topic",
            "x".repeat(5000),
            "\u0000",
            "…");

    private static final List<Long> NUMBERS =
            List.of(0L, 1L, 2L, -1L, 65_536L, (long) Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE);

    private static final List<Double> FRACTIONS =
            List.of(0.0, 0.5, 2.0, -1.0, 1e300, Double.NaN, Double.POSITIVE_INFINITY);

    private AnyMessage() {}

    static DynamicMessage of(Descriptor type, RandomGenerator random) {
        return of(type, random, MOST_LEVELS);
    }

    private static DynamicMessage of(Descriptor type, RandomGenerator random, int levels) {
        DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
        for (FieldDescriptor field : type.getFields()) {
            boolean fits = levels > 0 || field.getJavaType() != FieldDescriptor.JavaType.MESSAGE;
            if (!fits || random.nextInt(3) == 0) {
                continue;
            }
            if (field.isRepeated()) {
                for (int i = random.nextInt(MOST_REPETITIONS + 1); i > 0; i--) {
                    message.addRepeatedField(field, value(field, random, levels));
                }
            } else {
                message.setField(field, value(field, random, levels));
            }
        }
        return message.build();
    }

    private static Object value(FieldDescriptor field, RandomGenerator random, int levels) {
        return switch (field.getJavaType()) {
            case BOOLEAN -> random.nextBoolean();
            case INT -> one(NUMBERS, random).intValue();
            case LONG -> one(NUMBERS, random);
            case FLOAT -> one(FRACTIONS, random).floatValue();
            case DOUBLE -> one(FRACTIONS, random);
            case STRING -> one(WORDS, random);
            case BYTE_STRING -> bytes(random);
            case ENUM -> field.getEnumType().findValueByNumberCreatingIfUnknown(random.nextInt(12) - 1);
            case MESSAGE -> of(field.getMessageType(), random, levels - 1);
        };
    }

    private static ByteString bytes(RandomGenerator random) {
        byte[] bytes = new byte[random.nextInt(MOST_BYTES)];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }

    private static <T> T one(List<T> values, RandomGenerator random) {
        return values.get(random.nextInt(values.size()));
    }
}

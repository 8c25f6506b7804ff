package dev.offramp.proto.tampered;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** What becomes of bytes on a bad way: some changed, some gone, some twice, some from nowhere. Stateless. */
public final class Damage {
    private static final int MOST_WOUNDS = 6;
    private static final int MOST_STRANGE_BYTES = 64;

    private Damage() {}

    public static byte[] done(byte[] whole, RandomGenerator random) {
        byte[] bytes = whole;
        for (int wounds = 1 + random.nextInt(MOST_WOUNDS); wounds > 0 && bytes.length > 0; wounds--) {
            bytes = wounded(bytes, random);
        }
        return bytes;
    }

    private static byte[] wounded(byte[] bytes, RandomGenerator random) {
        int at = random.nextInt(bytes.length);
        int to = at + random.nextInt(bytes.length - at + 1);
        switch (random.nextInt(8)) {
            case 0 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 1 -> {
                return joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, to, bytes.length));
            }
            case 2 -> {
                return joined(Arrays.copyOf(bytes, to), Arrays.copyOfRange(bytes, at, bytes.length));
            }
            case 3 -> {
                byte[] strange = new byte[random.nextInt(MOST_STRANGE_BYTES)];
                random.nextBytes(strange);
                return joined(Arrays.copyOf(bytes, at), strange, Arrays.copyOfRange(bytes, at, bytes.length));
            }
            default -> {
                byte[] changed = bytes.clone();
                changed[at] = (byte) (random.nextBoolean() ? changed[at] ^ 1 << random.nextInt(8) : random.nextInt());
                return changed;
            }
        }
    }

    public static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }
}

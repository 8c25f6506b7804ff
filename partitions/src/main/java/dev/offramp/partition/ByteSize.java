package dev.offramp.partition;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes as people write it: {@code 4096}, {@code 64KiB}, {@code 64MiB}, {@code 2GiB}. */
public record ByteSize(long bytes) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,12})(B|KiB|MiB|GiB)?");
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB"};

    public ByteSize {
        if (bytes < 1) {
            throw new IllegalArgumentException("size (%d bytes) must be at least 1".formatted(bytes));
        }
    }

    public static ByteSize parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'%s' is not a size: expected e.g. 4096, 64KiB, 64MiB".formatted(text));
        }
        int shift = matcher.group(2) == null ? 0 : 10 * Arrays.asList(UNITS).indexOf(matcher.group(2));
        long count = Long.parseLong(matcher.group(1));
        if (count > Long.MAX_VALUE >> shift) {
            throw new IllegalArgumentException("size '%s' is larger than anything".formatted(text));
        }
        return new ByteSize(count << shift);
    }

    /** Refuses to be larger than {@code max}. */
    public void checkAtMost(String what, ByteSize max) {
        if (bytes > max.bytes) {
            throw new IllegalArgumentException("%s (%s) must be at most %s".formatted(what, this, max));
        }
    }

    /** As an array length. */
    public int asInt() {
        return Math.toIntExact(bytes);
    }

    @Override
    public String toString() {
        int unit = 0;
        long value = bytes;
        while (unit < UNITS.length - 1 && value % 1024 == 0) {
            value /= 1024;
            unit++;
        }
        return value + UNITS[unit];
    }
}

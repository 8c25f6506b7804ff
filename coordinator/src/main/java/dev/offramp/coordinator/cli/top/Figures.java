package dev.offramp.coordinator.cli.top;

import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;

/** Figures as people read them; what is not known is a dash. Stateless. */
public final class Figures {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double PERCENT = 100;
    private static final double TEN = 10;
    private static final double HUNDRED = 100;
    private static final String BARS = " ▁▂▃▄▅▆▇█";
    private static final char FULL = '█';
    private static final char EMPTY = '·';

    private Figures() {}

    public static String percent(OptionalDouble ratio) {
        return ratio.isEmpty() ? "–" : String.format(Locale.ROOT, "%.1f %%", ratio.getAsDouble() * PERCENT);
    }

    public static String percent(double ratio) {
        return percent(OptionalDouble.of(ratio));
    }

    /** Three significant digits or so. */
    public static String number(double value) {
        if (value == 0) {
            return "0";
        }
        String format = Math.abs(value) < TEN ? "%.2f" : Math.abs(value) < HUNDRED ? "%.1f" : "%,.0f";
        return String.format(Locale.ROOT, format, value);
    }

    public static String millis(OptionalDouble millis) {
        return millis.isEmpty() ? "–" : number(millis.getAsDouble());
    }

    static String nanosAsMillis(OptionalDouble nanos) {
        return nanos.isEmpty() ? "–" : number(nanos.getAsDouble() / NANOS_PER_MILLI) + " ms";
    }

    public static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    static String mebibytes(long bytes) {
        return bytes == 0 ? "–" : String.format(Locale.ROOT, "%,d MiB", bytes >> 20);
    }

    /** {@code 3h05m}, {@code 2m07s}, {@code 12s}. */
    public static String span(long nanos) {
        Duration span = Duration.ofNanos(nanos);
        if (span.toHours() > 0) {
            return String.format(Locale.ROOT, "%dh%02dm", span.toHours(), span.toMinutesPart());
        }
        return span.toMinutes() > 0
                ? String.format(Locale.ROOT, "%dm%02ds", span.toMinutes(), span.toSecondsPart())
                : span.toSeconds() + "s";
    }

    /** A bar of one character whose height is {@code share}. */
    public static char height(double share) {
        int level = (int) Math.ceil(share * (BARS.length() - 1));
        return BARS.charAt(Math.clamp(level, 0, BARS.length() - 1));
    }

    /** A bar of {@code width} characters, filled by {@code share}. */
    public static String bar(double share, int width) {
        int full = Math.clamp(Math.round(share * width), 0, width);
        return String.valueOf(FULL).repeat(full) + String.valueOf(EMPTY).repeat(width - full);
    }
}

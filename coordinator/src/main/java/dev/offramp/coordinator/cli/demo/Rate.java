package dev.offramp.coordinator.cli.demo;

import java.util.Locale;

/**
 * How fast the camera films: frames a second, or a multiple of what the boards can serve, written {@code 40} and {@code
 * 1.2x}. Immutable.
 */
record Rate(double value, boolean ofCapacity) {
    private static final double MAX = 100_000;

    Rate {
        if (!(value > 0 && value <= MAX)) {
            throw new IllegalArgumentException("rate (%s) must be above 0 and at most %.0f".formatted(value, MAX));
        }
    }

    static Rate parse(String text) {
        String stripped = text.strip().toLowerCase(Locale.ROOT);
        boolean multiple = stripped.endsWith("x");
        String number = multiple ? stripped.substring(0, stripped.length() - 1) : stripped;
        try {
            return new Rate(Double.parseDouble(number), multiple);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "rate '%s' is not understood: expected frames a second, e.g. 40, or a multiple of the capacity, e.g. 1.2x"
                            .formatted(text),
                    e);
        }
    }

    /** Frames a second where the boards can serve {@code capacity} of them. */
    double framesPerSecond(double capacity) {
        return ofCapacity ? value * capacity : value;
    }

    @Override
    public String toString() {
        return ofCapacity ? value + "x" : String.valueOf(value);
    }
}

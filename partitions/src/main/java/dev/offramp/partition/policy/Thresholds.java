package dev.offramp.partition.policy;

import java.util.Arrays;

/**
 * One threshold per exit of a chain: a job leaves at the first exit whose confidence is at least its threshold. Above
 * 1 closes an exit, 0 forces it. The final exit always lets go, whatever its threshold. Immutable.
 */
public final class Thresholds {
    /** Closes an exit. */
    public static final float CLOSED = 2f;

    private final float[] values;

    private Thresholds(float[] values) {
        this.values = values;
        for (float value : values) {
            if (!(value >= 0f && value <= CLOSED)) {
                throw new IllegalArgumentException(
                        "threshold %s in %s is out of range: expected 0 (forces the exit) to 2 (above 1 closes it)"
                                .formatted(value, Arrays.toString(values)));
            }
        }
    }

    /** Copies {@code values}; entry {@code i} belongs to exit {@code i + 1}. */
    public static Thresholds of(float... values) {
        return new Thresholds(values.clone());
    }

    /** The same threshold at every exit. */
    public static Thresholds uniform(int exits, float value) {
        float[] values = new float[exits];
        Arrays.fill(values, value);
        return new Thresholds(values);
    }

    /** Every job runs to the final exit. */
    public static Thresholds closed(int exits) {
        float[] values = new float[exits];
        Arrays.fill(values, CLOSED);
        values[exits - 1] = 0f;
        return new Thresholds(values);
    }

    /** Threshold of exit {@code exit} (from 1). */
    public float at(int exit) {
        return values[exit - 1];
    }

    public int exits() {
        return values.length;
    }

    /** A copy. */
    public float[] toArray() {
        return values.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Thresholds that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return Arrays.toString(values);
    }
}

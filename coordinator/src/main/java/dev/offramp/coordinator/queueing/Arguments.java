package dev.offramp.coordinator.queueing;

/** Checks of what callers pass, so that a wrong unit is reported and not computed with. Stateless. */
final class Arguments {
    /** Above this the embedded chain, quadratic in the capacity, is the wrong tool. */
    static final int MAX_CAPACITY = 10_000;

    private Arguments() {}

    static double positive(String name, double value) {
        if (!(value > 0) || value == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(name + " (" + value + ") must be positive and finite");
        }
        return value;
    }

    static double notNegative(String name, double value) {
        if (!(value >= 0) || value == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(name + " (" + value + ") must be 0 or more and finite");
        }
        return value;
    }

    static double probability(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " (" + value + ") must lie in 0 … 1");
        }
        return value;
    }

    static int capacity(int capacity) {
        if (capacity < 1 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException("capacity (" + capacity + ") must lie in 1 … " + MAX_CAPACITY
                    + "\nMaybe the job in service was not counted: it is part of the capacity");
        }
        return capacity;
    }
}

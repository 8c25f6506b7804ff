package dev.offramp.coordinator.cli.top;

/** Completed jobs of an exit; of them those whose truth was known; of those the right ones. */
record ExitTotals(long completed, long withTruth, long correct) {
    static final ExitTotals NONE = new ExitTotals(0, 0, 0);

    ExitTotals plus(ExitTotals other) {
        return new ExitTotals(completed + other.completed, withTruth + other.withTruth, correct + other.correct);
    }

    ExitTotals minus(ExitTotals earlier) {
        return new ExitTotals(completed - earlier.completed, withTruth - earlier.withTruth, correct - earlier.correct);
    }
}

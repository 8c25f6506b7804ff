package dev.offramp.coordinator.cli.bench.overload;

import java.time.Duration;
import java.util.List;

/**
 * What to measure: every line under every kind of arrivals and every load.
 *
 * @param loads λ × mean service time, of the first agent of each line
 * @param meanServiceTime of every agent
 * @param each how long each load lasts
 */
record Wanted(
        List<Arrivals> arrivals,
        List<Line> lines,
        List<Double> loads,
        Duration meanServiceTime,
        Duration each,
        long seed) {
    /** Uncounted at the beginning of each load. */
    static final double WARM_UP = 0.1;

    private static final int MAX_LINES = 32;
    private static final double MAX_LOAD = 20;
    private static final double NANOS_PER_SECOND = 1e9;

    Wanted {
        arrivals = List.copyOf(arrivals);
        lines = List.copyOf(lines);
        loads = List.copyOf(loads);
        if (lines.isEmpty()
                || lines.size() > MAX_LINES
                || lines.stream().distinct().count() != lines.size()) {
            throw new IllegalArgumentException(
                    "%d lines of agents: expected 1 to %d different ones".formatted(lines.size(), MAX_LINES));
        }
        if (loads.isEmpty() || loads.stream().anyMatch(load -> !(load > 0 && load <= MAX_LOAD))) {
            throw new IllegalArgumentException(
                    "loads %s: expected at least one, each above 0 and at most %s".formatted(loads, MAX_LOAD));
        }
        if (meanServiceTime.toNanos() < 1000 || each.toNanos() < meanServiceTime.toNanos()) {
            throw new IllegalArgumentException(
                    "service times of %s for %s: expected at least 1us, and time for at least one"
                            .formatted(meanServiceTime, each));
        }
    }

    List<Law> laws() {
        return lines.stream().map(Line::law).distinct().toList();
    }

    List<Line> lines(Law law) {
        return lines.stream().filter(line -> line.law() == law).toList();
    }

    /** Jobs per second that make this load. */
    double arrivalRate(double load) {
        return load * NANOS_PER_SECOND / meanServiceTime.toNanos();
    }
}

package dev.offramp.agent.verify;

import java.util.List;

/**
 * How far a chain of partitions is from the uncut network.
 *
 * @param inputs number of inputs both ran on
 * @param differences per exit in order of depth, the largest absolute difference of any score
 * @param labelChanges jobs × exits whose class differs
 */
public record Comparison(int inputs, List<Double> differences, int labelChanges) {
    public Comparison {
        differences = List.copyOf(differences);
    }

    /** Over all exits. */
    public double largest() {
        return differences.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }
}

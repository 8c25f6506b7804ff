package dev.offramp.coordinator.scheduling;

import com.google.ortools.linearsolver.MPConstraint;
import com.google.ortools.linearsolver.MPObjective;
import com.google.ortools.linearsolver.MPSolver;
import com.google.ortools.linearsolver.MPVariable;
import dev.offramp.coordinator.queueing.TwoMomentLoss;
import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Casale and Roveri, Scheduling Inputs in Early Exit Neural Networks, IEEE TC 73 (2024), 10.1109/TC.2023.3333189. Each job
 * draws its exit from p, whatever it looks like. For every mean service time μ on a grid, the largest squared coefficient of
 * variation s²(μ) with which the M/G/1/K loss stays below L*; then max Σ p_l A_l subject to Σ p_l = 1, Σ p_l t_l = μ, Σ p_l t_l²
 * ≤ (1 + s²)μ². Where no mean is feasible, every job leaves at exit 1. The server is that of the slowest node.
 */
public final class QueueingLp implements Scheduler {
    private static final int MEANS = 100;
    private static final double MOST_SCV = 100;
    private static final int BISECTIONS = 50;

    private final double lossBound;

    /** @param lossBound L*, above 0 and below 1 */
    public QueueingLp(double lossBound) {
        this.lossBound = lossBound;
    }

    @Override
    public Map<ServiceId, Orders> schedule(Situation situation) {
        Map<ServiceId, Orders> orders = new HashMap<>();
        for (ServiceModel service : situation.deployment().services()) {
            Bottleneck bottleneck = Bottleneck.of(situation.deployment(), service);
            double[] shares = solve(
                    bottleneck.seconds(),
                    Bottleneck.accuracies(service),
                    NodeRates.at(situation, bottleneck.node()),
                    bottleneck.capacity());
            orders.put(service.id(), EvenShares.mixed(service, Vectors.forced(shares)));
        }
        return orders;
    }

    /** Probability of every exit, from exit 1. */
    double[] solve(double[] seconds, double[] accuracies, double arrivalRate, int capacity) {
        double[] best = new double[seconds.length];
        best[0] = 1;
        double most = Double.NEGATIVE_INFINITY;
        double least = seconds[0];
        double longest = seconds[seconds.length - 1];
        for (int i = 0; i < MEANS; i++) {
            double mean = least + (longest - least) * i / (MEANS - 1);
            double scv = largestScv(arrivalRate * mean, capacity);
            if (Double.isNaN(scv)) {
                continue;
            }
            double[] shares = mix(seconds, accuracies, mean, (1 + scv) * mean * mean);
            double accuracy = 0;
            for (int exit = 0; exit < shares.length; exit++) {
                accuracy += shares[exit] * accuracies[exit];
            }
            if (shares.length > 0 && accuracy > most) {
                most = accuracy;
                best = shares;
            }
        }
        return best;
    }

    /** NaN where even a constant service time loses too many. */
    private double largestScv(double offeredLoad, int capacity) {
        if (TwoMomentLoss.lossRatio(offeredLoad, 0, capacity) > lossBound) {
            return Double.NaN;
        }
        double low = 0;
        double high = MOST_SCV;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = (low + high) / 2;
            if (TwoMomentLoss.lossRatio(offeredLoad, middle, capacity) <= lossBound) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Empty where there is none. */
    private static double[] mix(double[] seconds, double[] accuracies, double mean, double secondMoment) {
        MPSolver solver = Solvers.linear();
        try {
            MPObjective objective = solver.objective();
            objective.setMaximization();
            MPConstraint one = solver.makeConstraint(1, 1);
            // Scaled by the mean, so that tolerances do not depend on the unit of time.
            MPConstraint first = solver.makeConstraint(1, 1);
            MPConstraint second = solver.makeConstraint(Double.NEGATIVE_INFINITY, secondMoment / (mean * mean));
            MPVariable[] shares = new MPVariable[seconds.length];
            for (int exit = 0; exit < shares.length; exit++) {
                double time = seconds[exit] / mean;
                shares[exit] = solver.makeNumVar(0, 1, "");
                objective.setCoefficient(shares[exit], accuracies[exit]);
                one.setCoefficient(shares[exit], 1);
                first.setCoefficient(shares[exit], time);
                second.setCoefficient(shares[exit], time * time);
            }
            if (solver.solve() != MPSolver.ResultStatus.OPTIMAL) {
                return new double[0];
            }
            double[] found = Arrays.stream(shares)
                    .mapToDouble(MPVariable::solutionValue)
                    .map(share -> Math.max(0, share))
                    .toArray();
            double sum = Arrays.stream(found).sum();
            return Arrays.stream(found).map(share -> share / sum).toArray();
        } finally {
            solver.delete();
        }
    }
}

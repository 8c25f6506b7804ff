package dev.offramp.coordinator.scheduling;

import dev.offramp.coordinator.simulation.RandomStreams;
import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.coordinator.simulation.Steering;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Thresholds;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Casale and Roveri, Scheduling Inputs in Early Exit Neural Networks, IEEE TC 73 (2024), 10.1109/TC.2023.3333189. When a
 * job starts with q others waiting at a buffer of B, k = q + 1 jobs share the time until the buffer would be full,
 * τ(B − q): counts n_l of jobs for the exits l ≥ 2 maximise Σ n_l (A_l − A_1) subject to Σ n_l ≤ k and Σ n_l (t_l − t_1) ≤
 * τ(B − q) − k t_1; the exit is drawn with p_l = n_l / k, the rest leaves at exit 1. The variant {@code knapsack-raw}
 * weighs with t_l and A_l as the authors' code does, which charges exit 1 twice. The server is that of the slowest node.
 */
public final class Knapsack implements Scheduler {
    private final boolean raw;

    /** @param raw as the authors' code has it */
    public Knapsack(boolean raw) {
        this.raw = raw;
    }

    /** The distribution over exits for every number of waiting jobs. */
    private final class Table {
        private final ServiceModel service;
        private final Bottleneck bottleneck;
        private final double interarrival;
        private final double[] accuracies;
        private final double[][] shares;

        Table(Situation situation, ServiceModel service) {
            this.service = service;
            this.bottleneck = Bottleneck.of(situation.deployment(), service);
            this.accuracies = Bottleneck.accuracies(service);
            this.interarrival = 1 / NodeRates.at(situation, bottleneck.node());
            this.shares = new double[bottleneck.capacity()][];
        }

        double[] at(int waiting) {
            int q = Math.max(0, Math.min(shares.length - 1, waiting));
            double[] found = shares[q];
            if (found == null) {
                found = solve(q);
                shares[q] = found;
            }
            return found;
        }

        private double[] solve(int waiting) {
            double[] seconds = bottleneck.seconds();
            int jobs = waiting + 1;
            double budget = interarrival * (bottleneck.capacity() - waiting) - jobs * seconds[0];
            double[] weights = new double[seconds.length - 1];
            double[] values = new double[seconds.length - 1];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = raw ? seconds[i + 1] : seconds[i + 1] - seconds[0];
                values[i] = raw ? accuracies[i + 1] : accuracies[i + 1] - accuracies[0];
            }
            int[] counts = BoundedKnapsack.solve(weights, values, jobs, budget);
            double[] distribution = new double[seconds.length];
            distribution[0] = 1;
            for (int i = 0; i < counts.length; i++) {
                distribution[i + 1] = (double) counts[i] / jobs;
                distribution[0] -= distribution[i + 1];
            }
            distribution[0] = Math.max(0, distribution[0]);
            return distribution;
        }
    }

    @Override
    public Map<ServiceId, Orders> schedule(Situation situation) {
        Map<ServiceId, Orders> orders = new HashMap<>();
        for (ServiceModel service : situation.deployment().services()) {
            Table table = new Table(situation, service);
            int jobs = situation.jobs().getOrDefault(table.bottleneck.node(), 1);
            orders.put(service.id(), EvenShares.mixed(service, Vectors.forced(table.at(jobs - 1))));
        }
        return orders;
    }

    @Override
    public Optional<Steering> steering(Situation situation, RandomStreams streams) {
        RandomGenerator random = streams.stream("exits drawn by " + (raw ? "knapsack-raw" : "knapsack"));
        Map<ServiceId, Table> tables = new HashMap<>();
        for (ServiceModel service : situation.deployment().services()) {
            tables.put(service.id(), new Table(situation, service));
        }
        return Optional.of(new Steering() {
            @Override
            public Optional<Thresholds> starting(ServiceId id, ChainId chain, int hop, View view) {
                Table table = tables.get(id);
                if (hop > 0 || table == null) {
                    return Optional.empty();
                }
                double[] shares = table.at(view.waiting(table.bottleneck.node()));
                double drawn = random.nextDouble();
                int exit = 0;
                while (exit < shares.length - 1 && drawn >= shares[exit]) {
                    drawn -= shares[exit++];
                }
                return Optional.of(Vectors.single(table.service.exits().exits(), exit + 1));
            }
        });
    }
}

package dev.offramp.coordinator.scheduling;

import dev.offramp.coordinator.simulation.RandomStreams;
import dev.offramp.coordinator.simulation.Steering;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * AdaEE (Pacheco et al., ICC 2023, 10.1109/ICC45041.2023.10279243): a bandit chooses one threshold for all exits by UCB,
 * argmax Q_a + c √(ln n / N_a), each arm once before that. The reward needs no labels: 0 if the first exit is sure enough,
 * else what deeper exits add in confidence, max(0, Δ) − o. Arms 0.50 … 0.99 and c = √2 as in CEED's baseline; o is the
 * price of running the network to its end, in units of confidence. It knows nothing of queues. Lost jobs teach nothing.
 */
public final class AdaEe implements Scheduler {
    private static final int ARMS = 50;
    private static final double FIRST_ARM = 0.50;
    private static final double ARM_STEP = 0.01;
    private static final double EXPLORATION = Math.sqrt(2);

    private final double overhead;
    private final Map<ServiceId, Bandit> bandits = new HashMap<>();

    /** @param overhead o, in units of confidence */
    public AdaEe(double overhead) {
        this.overhead = overhead;
    }

    private static final class Bandit {
        private final long[] plays = new long[ARMS];
        private final double[] reward = new double[ARMS];
        private long total;
        private int chosen;

        int choose() {
            double most = Double.NEGATIVE_INFINITY;
            for (int arm = 0; arm < ARMS; arm++) {
                double value = plays[arm] == 0
                        ? Double.POSITIVE_INFINITY
                        : reward[arm] / plays[arm] + EXPLORATION * Math.sqrt(Math.log((double) total) / plays[arm]);
                if (value > most) {
                    most = value;
                    chosen = arm;
                }
            }
            plays[chosen]++;
            total++;
            return chosen;
        }

        void learn(int arm, double value) {
            reward[arm] += value;
        }
    }

    private static float threshold(int arm) {
        return (float) (FIRST_ARM + ARM_STEP * arm);
    }

    @Override
    public String name() {
        return "adaee";
    }

    @Override
    public Map<ServiceId, Orders> schedule(Situation situation) {
        Map<ServiceId, Orders> orders = new HashMap<>();
        situation.deployment().services().forEach(service -> {
            Bandit bandit = bandits.computeIfAbsent(service.id(), id -> new Bandit());
            float threshold = threshold(bandit.choose());
            orders.put(
                    service.id(),
                    EvenShares.mixed(
                            service, Map.of(Vectors.uniform(service.exits().exits(), threshold), 1.0)));
        });
        return orders;
    }

    /** What a completed job is worth to the arm that treated it. */
    double reward(List<Float> confidences, double threshold) {
        double first = confidences.get(0);
        if (first >= threshold || confidences.size() == 1) {
            return 0;
        }
        double last = confidences.get(confidences.size() - 1);
        double gained = (last >= threshold ? last : Math.max(last, first)) - first;
        return Math.max(0, gained) - overhead;
    }

    @Override
    public Optional<Steering> steering(Situation situation, RandomStreams streams) {
        Map<ServiceId, Map<Integer, Orders>> told = new HashMap<>();
        return Optional.of(new Steering() {
            @Override
            public Optional<Orders> arriving(ServiceId id, View view) {
                Bandit bandit = bandits.computeIfAbsent(id, service -> new Bandit());
                return Optional.of(
                        told.computeIfAbsent(id, service -> new HashMap<>()).computeIfAbsent(bandit.choose(), arm -> {
                            var service = situation.deployment().service(id);
                            return EvenShares.mixed(
                                    service,
                                    Map.of(Vectors.uniform(service.exits().exits(), threshold(arm)), 1.0));
                        }));
            }

            @Override
            public void ended(Fate fate, View view) {
                Bandit bandit = bandits.get(fate.service());
                if (bandit != null && fate.exit() > 0 && !fate.confidences().isEmpty()) {
                    double threshold = fate.thresholds().at(1);
                    int arm = (int) Math.round((threshold - FIRST_ARM) / ARM_STEP);
                    bandit.learn(arm, reward(fate.confidences(), threshold));
                }
            }
        });
    }
}

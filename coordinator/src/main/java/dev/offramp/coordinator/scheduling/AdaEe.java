package dev.offramp.coordinator.scheduling;

import dev.offramp.coordinator.simulation.RandomStreams;
import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.coordinator.simulation.Steering;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Thresholds;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * AdaEE (Pacheco et al., ICC 2023, 10.1109/ICC45041.2023.10279243): a network with one branch, whose threshold a bandit
 * chooses by UCB, argmax Q_a + c √(ln n / N_a), each arm once before that. The reward needs no labels: 0 if the branch is
 * sure enough, else what the final exit adds in confidence, max(0, Δ) − o. The branch is the last exit on the chain's first
 * node, or the one half-way if one node runs it all; the others are closed. Arms 0.50 … 0.99 and c = √2 as in CEED's
 * baseline; o is the price of running the network to its end, in units of confidence. It knows nothing of queues, and lost
 * jobs teach nothing. The variant {@code adaee-multi} has one threshold for all exits.
 */
public final class AdaEe implements Scheduler {
    private static final int ARMS = 50;
    private static final double FIRST_ARM = 0.50;
    private static final double ARM_STEP = 0.01;
    private static final double EXPLORATION = Math.sqrt(2);

    private final double overhead;
    private final boolean everyExit;
    private final Map<ServiceId, Bandit> bandits = new HashMap<>();

    /**
     * @param overhead o, in units of confidence
     * @param everyExit whether the threshold is that of all exits, not of one branch
     */
    public AdaEe(double overhead, boolean everyExit) {
        this.overhead = overhead;
        this.everyExit = everyExit;
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

    /** The exit (from 1) whose threshold is learnt. */
    private int branch(ServiceModel service) {
        if (everyExit) {
            return 1;
        }
        int exits = service.exits().exits();
        int onFirstNode = service.chains().get(0).visits().get(0).segments().stream()
                .mapToInt(segment -> segment.exits().size())
                .sum();
        return onFirstNode > 0 && onFirstNode < exits ? onFirstNode : Math.max(1, exits / 2);
    }

    private Orders orders(ServiceModel service, int arm) {
        int exits = service.exits().exits();
        Thresholds vector = everyExit
                ? Vectors.uniform(exits, threshold(arm))
                : Vectors.branch(exits, branch(service), threshold(arm));
        return EvenShares.mixed(service, Map.of(vector, 1.0));
    }

    @Override
    public String name() {
        return everyExit ? "adaee-multi" : "adaee";
    }

    @Override
    public Map<ServiceId, Orders> schedule(Situation situation) {
        Map<ServiceId, Orders> orders = new HashMap<>();
        for (ServiceModel service : situation.deployment().services()) {
            Bandit bandit = bandits.computeIfAbsent(service.id(), id -> new Bandit());
            orders.put(service.id(), orders(service, bandit.choose()));
        }
        return orders;
    }

    /** What a completed job is worth to the arm that treated it. */
    double reward(List<Float> confidences, int branch, double threshold) {
        double early = confidences.get(branch - 1);
        if (early >= threshold || confidences.size() == branch) {
            return 0;
        }
        double last = confidences.get(confidences.size() - 1);
        double gained = (last >= threshold ? last : Math.max(last, early)) - early;
        return Math.max(0, gained) - overhead;
    }

    @Override
    public Optional<Steering> steering(Situation situation, RandomStreams streams) {
        return Optional.of(new Learning(situation));
    }

    private final class Learning implements Steering {
        private final Map<ServiceId, ServiceModel> services = new HashMap<>();

        Learning(Situation situation) {
            situation.deployment().services().forEach(service -> services.put(service.id(), service));
        }

        @Override
        public Optional<Orders> arriving(ServiceId id, View view) {
            Bandit bandit = bandits.computeIfAbsent(id, service -> new Bandit());
            return Optional.ofNullable(services.get(id)).map(service -> orders(service, bandit.choose()));
        }

        @Override
        public void ended(Fate fate, View view) {
            Bandit bandit = bandits.get(fate.service());
            ServiceModel service = services.get(fate.service());
            if (bandit == null
                    || service == null
                    || fate.exit() == 0
                    || fate.confidences().isEmpty()) {
                return;
            }
            int branch = branch(service);
            double threshold = fate.thresholds().at(branch);
            int arm = (int) Math.round((threshold - FIRST_ARM) / ARM_STEP);
            bandit.learn(arm, reward(fate.confidences(), branch, threshold));
        }
    }
}

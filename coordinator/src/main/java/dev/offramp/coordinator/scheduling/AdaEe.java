package dev.offramp.coordinator.scheduling;

import dev.offramp.coordinator.simulation.RandomStreams;
import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.coordinator.simulation.Steering;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Thresholds;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * AdaEE (Pacheco et al., ICC 2023, 10.1109/ICC45041.2023.10279243): a network with one branch, whose threshold a bandit
 * chooses by UCB, argmax Q_a + c √(ln n / N_a), each arm once before that. The reward needs no labels: 0 if the branch is
 * sure enough, else what the final exit adds in confidence, max(0, Δ) − o. The branch is the last exit on the chain's first
 * node, or the one half-way if one node runs it all; the others are closed. Arms 0.50 … 0.99 and c = √2 as in CEED's
 * baseline; o is the price of running the network to its end, in units of confidence. It knows nothing of queues, and lost
 * jobs teach nothing. Where a decision holds for many jobs, it is for the arms that the next {@value #DRAWS} draws would
 * be, and a job that completed is a play of the arm that it was told. The variant {@code adaee-multi} has one threshold for all exits.
 */
public final class AdaEe implements Scheduler {
    private static final int ARMS = 50;
    private static final double FIRST_ARM = 0.50;
    private static final double ARM_STEP = 0.01;
    /** As many vectors as a policy may have. */
    private static final int DRAWS = 16;

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

        /** Plays it. */
        int choose() {
            int arm = best(plays, total);
            played(arm);
            return arm;
        }

        /** The next ones, as long as no reward comes. */
        int[] draws(int count) {
            long[] virtual = plays.clone();
            int[] arms = new int[count];
            for (int i = 0; i < count; i++) {
                arms[i] = best(virtual, total + i);
                virtual[arms[i]]++;
            }
            return arms;
        }

        private int best(long[] played, long all) {
            int best = 0;
            double most = Double.NEGATIVE_INFINITY;
            for (int arm = 0; arm < ARMS; arm++) {
                double value = played[arm] == 0
                        ? Double.POSITIVE_INFINITY
                        : reward[arm] / Math.max(1, plays[arm])
                                + EXPLORATION * Math.sqrt(Math.log((double) all) / played[arm]);
                if (value > most) {
                    most = value;
                    best = arm;
                }
            }
            return best;
        }

        void played(int arm) {
            plays[arm]++;
            total++;
        }

        void rewarded(int arm, double value) {
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

    private Thresholds vector(ServiceModel service, int arm) {
        int exits = service.exits().exits();
        return everyExit
                ? Vectors.uniform(exits, threshold(arm))
                : Vectors.branch(exits, branch(service), threshold(arm));
    }

    @Override
    public Map<ServiceId, Orders> schedule(Situation situation) {
        Map<ServiceId, Orders> orders = new HashMap<>();
        for (ServiceModel service : situation.deployment().services()) {
            Map<Thresholds, Double> shares = new LinkedHashMap<>();
            for (int arm : bandit(service.id()).draws(DRAWS)) {
                shares.merge(vector(service, arm), 1.0 / DRAWS, Double::sum);
            }
            orders.put(service.id(), EvenShares.mixed(service, shares));
        }
        return orders;
    }

    private Bandit bandit(ServiceId service) {
        return bandits.computeIfAbsent(service, id -> new Bandit());
    }

    @Override
    public void learn(Situation situation, List<Steering.Fate> ended) {
        for (ServiceModel service : situation.deployment().services()) {
            for (Steering.Fate fate : ended) {
                if (fate.service().equals(service.id()) && isDecidedHere(service, fate)) {
                    bandit(service.id()).played(armOf(service, fate));
                    reward(service, fate);
                }
            }
        }
    }

    /** Jobs may be told what another scheduler decided. */
    private boolean isDecidedHere(ServiceModel service, Steering.Fate fate) {
        int arm = fate.thresholds().exits() == service.exits().exits() ? armOf(service, fate) : -1;
        return arm >= 0 && arm < ARMS && fate.thresholds().equals(vector(service, arm));
    }

    private int armOf(ServiceModel service, Steering.Fate fate) {
        return (int) Math.round((fate.thresholds().at(branch(service)) - FIRST_ARM) / ARM_STEP);
    }

    private void reward(ServiceModel service, Steering.Fate fate) {
        if (fate.exit() != 0 && !fate.confidences().isEmpty()) {
            int branch = branch(service);
            double reward = reward(fate.confidences(), branch, fate.thresholds().at(branch));
            bandit(service.id()).rewarded(armOf(service, fate), reward);
        }
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
            return Optional.ofNullable(services.get(id))
                    .map(service ->
                            EvenShares.same(service, vector(service, bandit(id).choose())));
        }

        @Override
        public void ended(Fate fate, View view) {
            Optional.ofNullable(services.get(fate.service()))
                    .filter(service -> isDecidedHere(service, fate))
                    .ifPresent(service -> reward(service, fate));
        }
    }
}

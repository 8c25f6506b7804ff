package dev.offramp.coordinator.control.pilot;

import dev.offramp.partition.Chain;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.profile.ExitMix;
import dev.offramp.partition.profile.ExitProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What an exit profile says of orders, and a profile that fits what was seen. Stateless. */
final class ExitReplay {
    private static final int ROUNDS = 20;

    private ExitReplay() {}

    /** Share of right answers of the jobs that leave at each exit, from exit 1. */
    static List<Double> accuracyByExit(ExitProfile profile, Orders orders) {
        double[] left = new double[profile.exits()];
        double[] right = new double[profile.exits()];
        for (Orders.Alternative one : orders.alternatives()) {
            ExitMix mix = profile.replay(one.thresholds());
            for (int exit = 1; exit <= left.length; exit++) {
                left[exit - 1] += one.probability() * mix.completed(exit);
                right[exit - 1] += one.probability() * mix.correct(exit);
            }
        }
        List<Double> accuracy = new ArrayList<>();
        for (int exit = 1; exit <= left.length; exit++) {
            accuracy.add(left[exit - 1] > 0 ? right[exit - 1] / left[exit - 1] : profile.accuracy(exit));
        }
        return accuracy;
    }

    /**
     * Where jobs leave as seen, had none been lost: from hop to hop by the shares that leave there, and between the exits of
     * a hop as the completed jobs. From exit 1; empty where too little is known.
     */
    static double[] seen(PlanRequest.Case one, Estimates estimates) {
        double[] shares = new double[exits(one)];
        Map<dev.offramp.partition.ChainId, Double> chainShares =
                one.averageInForce().chainShares();
        long[] completed = estimates.completed().getOrDefault(one.service().id(), new long[0]);
        double known = 0;
        for (Chain chain : one.chains()) {
            double inside = chainShares.getOrDefault(chain.id(), 0.0);
            known += inside;
            int exit = 0;
            for (int hop = 0; hop < chain.hops().size(); hop++) {
                int exits = chain.hops().get(hop).partition().exits().size();
                boolean last = hop == chain.hops().size() - 1;
                double here =
                        last ? inside : inside * estimates.leaving().getOrDefault(new HopId(chain.id(), hop), 0.0);
                double sum = 0;
                for (int i = 0; i < exits; i++) {
                    sum += at(completed, exit + i);
                }
                for (int i = 0; i < exits; i++) {
                    shares[exit + i] += here * (sum > 0 ? at(completed, exit + i) / sum : 1.0 / exits);
                }
                exit += exits;
                inside -= here;
            }
        }
        return known > 0 ? shares : new double[0];
    }

    /** The most of any chain. */
    static int exits(PlanRequest.Case one) {
        return one.chains().stream().mapToInt(Chain::exits).max().orElseThrow();
    }

    private static double at(long[] counts, int index) {
        return index < counts.length ? counts[index] : 0;
    }

    /**
     * The profile with samples drawn again, so that jobs under {@code orders} leave as was {@code seen}, see {@link
     * SampleWeights}.
     */
    static ExitProfile fitted(ExitProfile profile, Orders orders, double[] seen) {
        int samples = profile.samples();
        int exits = profile.exits();
        double[][] leaves = new double[samples][exits];
        for (Orders.Alternative one : orders.alternatives()) {
            for (int sample = 0; sample < samples; sample++) {
                leaves[sample][profile.exitOf(sample, one.thresholds(), 1) - 1] += one.probability();
            }
        }
        SampleWeights weights = new SampleWeights(samples);
        for (int round = 0; round < ROUNDS; round++) {
            weights.step(leaves, seen);
        }
        return weights.redrawn(profile);
    }
}

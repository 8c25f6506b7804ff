package dev.offramp.coordinator.control.pilot;

import dev.offramp.partition.Chain;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.profile.ExitMix;
import dev.offramp.partition.profile.ExitProfile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Where jobs leave under orders if none is lost, for every step of the orders. Immutable by agreement.
 *
 * @param hops where jobs may get to
 */
record ExitFlow(Map<HopId, Steps> hops) {
    static final ExitFlow NONE = new ExitFlow(Map.of());

    /**
     * Of the jobs that are told a step, by step.
     *
     * @param served share that gets to the hop
     * @param left share that leaves there
     */
    record Steps(double[] served, double[] left) {}

    static ExitFlow of(ExitProfile profile, List<Chain> chains, Orders orders) {
        Map<HopId, Steps> hops = new HashMap<>();
        int steps = orders.steps().size();
        for (Chain chain : chains) {
            for (int hop = 0; hop < chain.hops().size(); hop++) {
                hops.put(new HopId(chain.id(), hop), new Steps(new double[steps], new double[steps]));
            }
            for (int step = 0; step < steps; step++) {
                fill(hops, step, chain, leaving(profile, chain, orders.steps().get(step)));
            }
        }
        return new ExitFlow(hops);
    }

    /** By exit, the final one included. */
    private static double[] leaving(ExitProfile profile, Chain chain, Orders.Step step) {
        double[] left = new double[profile.exits()];
        for (Orders.Alternative one : step.alternatives()) {
            if (one.chain().equals(chain.id())) {
                ExitMix mix = profile.replay(one.thresholds());
                for (int exit = 1; exit <= left.length; exit++) {
                    left[exit - 1] += one.probability() * mix.share(exit);
                }
            }
        }
        return left;
    }

    private static void fill(Map<HopId, Steps> hops, int step, Chain chain, double[] leaving) {
        double inside = java.util.Arrays.stream(leaving).sum();
        int exit = 0;
        for (int hop = 0; hop < chain.hops().size(); hop++) {
            Steps steps = java.util.Objects.requireNonNull(hops.get(new HopId(chain.id(), hop)));
            steps.served[step] = inside;
            for (int i = 0; i < chain.hops().get(hop).partition().exits().size(); i++) {
                steps.left[step] += leaving[exit++];
            }
            inside -= steps.left[step];
        }
    }

    /**
     * Share of the jobs served at a hop that leave there; empty where no job gets to.
     *
     * @param told jobs by step; where none is counted, the first step holds
     */
    OptionalDouble leaving(HopId hop, double[] told) {
        Steps steps = hops.get(hop);
        if (steps == null) {
            return OptionalDouble.empty();
        }
        double served = 0;
        double left = 0;
        for (int step = 0; step < Math.min(told.length, steps.served.length); step++) {
            served += told[step] * steps.served[step];
            left += told[step] * steps.left[step];
        }
        if (served == 0 && java.util.Arrays.stream(told).sum() == 0) {
            served = steps.served[0];
            left = steps.left[0];
        }
        return served > 1e-9 ? OptionalDouble.of(Math.min(1, left / served)) : OptionalDouble.empty();
    }
}

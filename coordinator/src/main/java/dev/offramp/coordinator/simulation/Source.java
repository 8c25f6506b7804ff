package dev.offramp.coordinator.simulation;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Thresholds;
import dev.offramp.partition.profile.ExitProfile;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The ingress of one service: when jobs come, which sample each is, and what it is told. Confined. */
final class Source {
    private static final int MAX_KNOWN = 256;
    /** Golden ratio less 1. */
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    final ServiceModel service;
    /** Jobs under way. */
    int inFlight;

    final LatencyHistogram latency = new LatencyHistogram();
    private final ArrivalProcess.Interarrivals arrivals;
    private final RandomGenerator samples;
    private final Map<ChainId, Integer> routeOf;
    private final @Nullable ExitProfile profile;

    /** Jobs by the step of the orders that held when they came. */
    long[] toldByStep = {};

    private Choice[] choices = {};
    private Choice chosen = new Choice(0, new int[0], new double[0], new Thresholds[0], new byte[0][]);
    private int alternative;
    /** Where the next draw is: multiples of the golden ratio, whose fractions fill 0 … 1 evenly at every length. */
    private double draw;

    /** Where every sample leaves, for vectors told before. */
    private final Map<Thresholds, byte[]> known = new HashMap<>();

    Source(ServiceModel service, ArrivalProcess process, Map<ChainId, Integer> routeOf, RandomStreams streams) {
        this.service = service;
        this.routeOf = routeOf;
        this.arrivals = process.start(streams.stream("arrivals of " + service.id()));
        this.samples = streams.stream("samples of " + service.id());
        this.profile = service.exits() instanceof ExitBehaviour.Measured measured ? measured.profile() : null;
    }

    /**
     * One step of the orders, ready to be drawn from.
     *
     * @param cumulative probability of the alternatives up to each
     * @param exitOf by alternative and sample; empty where the behaviour is not measured
     */
    private record Choice(
            int fromInFlight, int[] routes, double[] cumulative, Thresholds[] thresholds, byte[][] exitOf) {}

    /** From the next job on. */
    void apply(Orders orders) {
        choices = orders.steps().stream().map(this::choice).toArray(Choice[]::new);
        toldByStep = Arrays.copyOf(toldByStep, Math.max(toldByStep.length, choices.length));
    }

    private Choice choice(Orders.Step step) {
        int count = step.alternatives().size();
        Choice choice = new Choice(
                step.fromInFlight(), new int[count], new double[count], new Thresholds[count], new byte[count][]);
        double sum = 0;
        for (int i = 0; i < count; i++) {
            Orders.Alternative one = step.alternatives().get(i);
            Integer route = routeOf.get(one.chain());
            if (route == null || one.thresholds().exits() != service.exits().exits()) {
                throw new IllegalArgumentException("orders %s do not fit %s, which has %d exits and the chains %s"
                        .formatted(one, service.id(), service.exits().exits(), routeOf.keySet()));
            }
            sum += one.probability();
            choice.routes[i] = route;
            choice.cumulative[i] = sum;
            choice.thresholds[i] = one.thresholds();
            choice.exitOf[i] = profile == null ? new byte[0] : exits(profile, one.thresholds());
        }
        return choice;
    }

    private byte[] exits(ExitProfile measured, Thresholds vector) {
        if (known.size() >= MAX_KNOWN) {
            known.clear();
        }
        return known.computeIfAbsent(vector, one -> {
            byte[] exits = new byte[measured.samples()];
            for (int sample = 0; sample < exits.length; sample++) {
                exits[sample] = (byte) (measured.exitOf(sample, one, 1) - 1);
            }
            return exits;
        });
    }

    /** What the job is told for which {@link #chooseRoute} was called last. */
    Thresholds chosenThresholds() {
        return chosen.thresholds[alternative];
    }

    @Nullable
    ExitProfile profile() {
        return profile;
    }

    double nextInterarrival() {
        return arrivals.next();
    }

    /** Chooses chain and thresholds of the next job; returns its route. */
    int chooseRoute() {
        int step = choices.length - 1;
        while (step > 0 && inFlight < choices[step].fromInFlight) {
            step--;
        }
        toldByStep[step]++;
        chosen = choices[step];
        alternative = 0;
        double[] cumulative = chosen.cumulative;
        if (cumulative.length > 1) {
            draw += GOLDEN;
            draw -= draw >= 1 ? 1 : 0;
            while (alternative < cumulative.length - 1 && draw >= cumulative[alternative]) {
                alternative++;
            }
        }
        return chosen.routes[alternative];
    }

    /** Which sample the next job is; 0 where the behaviour is not measured. */
    int drawSample() {
        return profile == null ? 0 : samples.nextInt(profile.samples());
    }

    /** Where the job leaves (from 0) under the thresholds just chosen. */
    int drawExit(int sample) {
        if (profile != null) {
            return chosen.exitOf[alternative][sample];
        }
        ExitBehaviour.Given given = (ExitBehaviour.Given) service.exits();
        int exits = given.exits();
        if (exits == 1) {
            return 0;
        }
        double left = samples.nextDouble();
        for (int exit = 1; exit < exits; exit++) {
            left -= given.share(exit);
            if (left < 0) {
                return exit - 1;
            }
        }
        return exits - 1;
    }

    /** Whether a job that leaves at {@code exit} (from 0) is right. */
    boolean isRight(int sample, int exit) {
        if (profile != null) {
            return profile.isCorrect(exit + 1, sample);
        }
        double accuracy = ((ExitBehaviour.Given) service.exits()).accuracy(exit + 1);
        return accuracy >= 1 || samples.nextDouble() < accuracy;
    }
}

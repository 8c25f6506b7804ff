package dev.offramp.agent.core;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.job.LossReason;
import dev.offramp.partition.job.Outcome;
import dev.offramp.partition.job.Timings;
import dev.offramp.partition.policy.Policy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Counts what became of the frames that one service accepted here. */
final class IngressLedger {
    /** Policy versions remembered in {@code completedByPolicy}; older ones are forgotten. */
    private static final int VERSIONS = 64;

    private static final class Exit {
        long completed;
        long withTruth;
        long correct;
    }

    private final ServiceId service;
    private final TreeMap<Integer, Exit> exits = new TreeMap<>();
    private final Map<LossReason, Long> lost = new EnumMap<>(LossReason.class);
    private final TreeMap<Long, Long> completedByPolicy = new TreeMap<>();
    private final LatencyHistogram latency = new LatencyHistogram();
    private final ShadowSample shadows = new ShadowSample();
    private final JobSample jobs = new JobSample();
    private final long[] toldByStep = new long[Policy.MAX_STEPS];
    private int steps;
    private long accepted;
    private double queueingNanos;
    private double computeNanos;
    private double networkNanos;

    IngressLedger(ServiceId service) {
        this.service = service;
    }

    void accepted() {
        accepted++;
    }

    /** The job accepted last has its orders from this step of the policy. */
    void told(int step) {
        toldByStep[step]++;
        steps = Math.max(steps, step + 1);
    }

    void decided(Outcome outcome, OptionalInt truth, Timings timings, long policyVersion, long latencyNanos) {
        switch (outcome) {
            case Outcome.Lost gone -> lost.merge(gone.reason(), 1L, Long::sum);
            case Outcome.Completed completed -> {
                Exit exit = exits.computeIfAbsent(completed.exit(), number -> new Exit());
                exit.completed++;
                if (truth.isPresent()) {
                    exit.withTruth++;
                    exit.correct += truth.getAsInt() == completed.label() ? 1 : 0;
                }
                latency.record(latencyNanos);
                queueingNanos += timings.queueingNanos();
                computeNanos += timings.computeNanos();
                networkNanos += Math.max(0, latencyNanos - timings.queueingNanos() - timings.computeNanos());
                completedByPolicy.merge(policyVersion, 1L, Long::sum);
                if (completedByPolicy.size() > VERSIONS) {
                    completedByPolicy.pollFirstEntry();
                }
            }
        }
    }

    /** What the job decided last was told, and what was said of it. */
    void observed(OrderDraw.Assignment told, long epoch, Outcome outcome, OptionalInt truth, long latencyNanos) {
        ChainId chain = told.chain().id();
        if (told.shadow()) {
            shadows.decided(chain, epoch, outcome, truth);
        } else if (outcome instanceof Outcome.Completed completed) {
            jobs.completed(chain, told.thresholds(), completed, latencyNanos);
        }
    }

    long residual(long inFlight) {
        long decided = exits.values().stream().mapToLong(exit -> exit.completed).sum()
                + lost.values().stream().mapToLong(Long::longValue).sum();
        return accepted - decided - inFlight;
    }

    CoreSnapshot.Ingress snapshot(long inFlight) {
        List<CoreSnapshot.ExitCount> counts = new ArrayList<>();
        exits.forEach((number, exit) ->
                counts.add(new CoreSnapshot.ExitCount(number, exit.completed, exit.withTruth, exit.correct)));
        return new CoreSnapshot.Ingress(
                service,
                accepted,
                inFlight,
                List.copyOf(counts),
                Map.copyOf(lost),
                latency.counts(),
                queueingNanos,
                computeNanos,
                networkNanos,
                Map.copyOf(completedByPolicy),
                Arrays.copyOf(toldByStep, steps),
                shadows.snapshot(),
                jobs.snapshot());
    }
}

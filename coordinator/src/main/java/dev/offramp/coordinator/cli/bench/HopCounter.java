package dev.offramp.coordinator.cli.bench;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.proto.v1.HopTelemetry;
import dev.offramp.proto.v1.LossCount;
import dev.offramp.proto.v1.Node;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * An agent's own counters of its one hop of a service, since its start. Immutable.
 *
 * @param gone received jobs that it does not hold any more
 * @param nanosSum of the service times of the served jobs
 * @param nanosSquareSum of their squares
 */
public record HopCounter(
        long received, long gone, long forwarded, long completed, long served, double nanosSum, double nanosSquareSum) {
    private static final long REPORTING_NANOS = 10_000_000_000L;
    private static final long POLL_NANOS = 100_000_000;

    static HopCounter of(Node node, String service) {
        for (HopTelemetry hop : node.getTelemetry().getHopsList()) {
            if (hop.getService().equals(service)) {
                long lost = hop.getLostHereList().stream()
                        .mapToLong(LossCount::getJobs)
                        .sum();
                return new HopCounter(
                        hop.getReceived(),
                        hop.getForwarded() + hop.getCompletedHere() + lost,
                        hop.getForwarded(),
                        hop.getCompletedHere(),
                        hop.getServed(),
                        hop.getServiceNanosSum(),
                        hop.getServiceNanosSquareSum());
            }
        }
        return new HopCounter(0, 0, 0, 0, 0, 0, 0);
    }

    /** Of the agents that a chain passes, in order, as last reported. */
    public static List<HopCounter> along(BenchCluster cluster, String service, List<String> agents)
            throws CliException {
        List<HopCounter> hops = new ArrayList<>();
        for (String agent : agents) {
            hops.add(of(cluster.node(agent), service));
        }
        return hops;
    }

    /** The same, as soon as the agents have reported all of {@code jobs} and hold none any more. */
    public static List<HopCounter> settled(
            BenchCluster cluster, String service, List<String> agents, long jobs, NanoClock clock, Pause pause)
            throws CliException, IOException, InterruptedException {
        long end = clock.nanoTime() + REPORTING_NANOS;
        while (clock.nanoTime() < end) {
            List<HopCounter> hops = along(cluster, service, agents);
            if (areThrough(hops, jobs)) {
                return hops;
            }
            pause.pause(POLL_NANOS);
        }
        throw new IOException("%s do not report the %d jobs of %s that were sent".formatted(agents, jobs, service));
    }

    static boolean areThrough(List<HopCounter> hops, long jobs) {
        long coming = jobs;
        for (HopCounter hop : hops) {
            if (hop.received != coming || hop.gone != coming) {
                return false;
            }
            coming = hop.forwarded;
        }
        return true;
    }

    /** What was counted since {@code before}. */
    public HopCounter since(HopCounter before) {
        return new HopCounter(
                received - before.received,
                gone - before.gone,
                forwarded - before.forwarded,
                completed - before.completed,
                served - before.served,
                nanosSum - before.nanosSum,
                nanosSquareSum - before.nanosSquareSum);
    }
}

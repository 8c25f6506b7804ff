package dev.offramp.coordinator.cli.top;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What {@code top} shows: the newest reading, with rates and means over the window since an earlier one. Immutable.
 *
 * @param windowSeconds longest time that some node's counters cover; 0 before the second telemetry
 * @param residual conservation residual over all nodes; must be 0
 * @param codecs in use for the activations of each service that go from one node to another
 * @param refused strangers, by the coordinator since its start, by reason
 */
record TopView(
        long coordinatorUptimeNanos,
        long epoch,
        double windowSeconds,
        long residual,
        List<NodeRow> nodes,
        List<ServiceRow> services,
        Map<String, SortedSet<String>> codecs,
        SortedMap<String, Long> refused) {
    private static final double NANOS_PER_SECOND = 1e9;

    /**
     * One node.
     *
     * @param covered whether the window has this node's counters at both ends
     * @param utilisation share of the window in which the server was busy
     * @param meanServiceNanos of the window's inferences
     * @param serviceScv squared coefficient of variation of theirs
     * @param times of the window's jobs
     * @param priorities of the window's jobs, from the lowest
     */
    record NodeRow(
            NodeReading now,
            boolean covered,
            double servedPerSecond,
            OptionalDouble utilisation,
            OptionalDouble meanServiceNanos,
            OptionalDouble serviceScv,
            HopTotals times,
            SortedMap<Integer, PriorityTotals> priorities) {}

    /**
     * One service over all its ingresses.
     *
     * @param total since the ingresses started
     * @param window since the earlier reading
     */
    record ServiceRow(
            String service,
            OptionalLong policyVersion,
            double acceptedPerSecond,
            double completedPerSecond,
            double lostPerSecond,
            IngressTotals window,
            IngressTotals total) {
        /** Lost jobs over jobs with an outcome, in the window. */
        OptionalDouble lossRatio() {
            return ratio(window.lostJobs(), window.lostJobs() + window.completed());
        }

        /** Right answers over completed jobs with known truth, in the window. */
        OptionalDouble accuracy() {
            ExitTotals all = window.exits().values().stream().reduce(ExitTotals.NONE, ExitTotals::plus);
            return ratio(all.correct(), all.withTruth());
        }
    }

    /** Differences between two readings; where a node was not there before, or began anew, since its start. */
    static TopView between(ClusterReading before, ClusterReading now) {
        List<NodeRow> nodes = new ArrayList<>();
        SortedMap<String, ServiceRow> services = new TreeMap<>();
        SortedMap<String, SortedSet<String>> codecs = new TreeMap<>();
        double window = 0;
        for (NodeReading node : now.nodes().values()) {
            NodeReading earlier = before.nodes().get(node.name());
            NodeReading since = earlier != null && node.continues(earlier) ? earlier : null;
            double seconds = (node.uptimeNanos() - (since == null ? 0 : since.uptimeNanos())) / NANOS_PER_SECOND;
            window = Math.max(window, since == null ? 0 : seconds);
            nodes.add(row(node, since, seconds));
            node.codecs().forEach((service, used) -> codecs.computeIfAbsent(service, key -> new TreeSet<>())
                    .addAll(used));
            for (Map.Entry<String, IngressTotals> ingress : node.ingress().entrySet()) {
                IngressTotals old = since == null
                        ? IngressTotals.NONE
                        : since.ingress().getOrDefault(ingress.getKey(), IngressTotals.NONE);
                ServiceRow row =
                        row(ingress.getKey(), node, ingress.getValue().since(old), ingress.getValue(), seconds);
                services.merge(ingress.getKey(), row, TopView::sum);
            }
        }
        long residual =
                now.nodes().values().stream().mapToLong(NodeReading::residual).sum();
        return new TopView(
                now.coordinatorUptimeNanos(),
                now.epoch(),
                window,
                residual,
                nodes,
                List.copyOf(services.values()),
                codecs,
                now.refused());
    }

    /** Whether every node that is up has reported at both ends of the window. */
    boolean coversEveryNode() {
        return nodes.stream().allMatch(row -> row.covered() || !row.now().up());
    }

    private static NodeRow row(NodeReading now, @Nullable NodeReading since, double seconds) {
        long served = now.served() - (since == null ? 0 : since.served());
        double sum = now.serviceNanos() - (since == null ? 0 : since.serviceNanos());
        double squares = now.serviceNanosSquares() - (since == null ? 0 : since.serviceNanosSquares());
        long busy = now.busyNanos() - (since == null ? 0 : since.busyNanos());
        OptionalDouble mean = served == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / served);
        OptionalDouble scv = served < 2 || sum <= 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(Math.max(0, squares * served / (sum * sum) - 1));
        OptionalDouble utilisation = seconds > 0
                ? OptionalDouble.of(Math.min(1, busy / (seconds * NANOS_PER_SECOND)))
                : OptionalDouble.empty();
        SortedMap<Integer, PriorityTotals> priorities = new TreeMap<>();
        now.priorities()
                .forEach((priority, totals) -> priorities.put(
                        priority,
                        totals.since(
                                since == null
                                        ? PriorityTotals.NONE
                                        : since.priorities().getOrDefault(priority, PriorityTotals.NONE))));
        HopTotals times = now.times().since(since == null ? HopTotals.NONE : since.times());
        return new NodeRow(
                now,
                since != null && seconds > 0,
                perSecond(served, seconds),
                utilisation,
                mean,
                scv,
                times,
                priorities);
    }

    private static ServiceRow row(
            String service, NodeReading node, IngressTotals window, IngressTotals total, double seconds) {
        Long version = node.policyVersions().get(service);
        return new ServiceRow(
                service,
                version == null ? OptionalLong.empty() : OptionalLong.of(version),
                perSecond(window.accepted(), seconds),
                perSecond(window.completed(), seconds),
                perSecond(window.lostJobs(), seconds),
                window,
                total);
    }

    private static ServiceRow sum(ServiceRow one, ServiceRow other) {
        return new ServiceRow(
                one.service(),
                one.policyVersion().orElse(0) >= other.policyVersion().orElse(0)
                        ? one.policyVersion()
                        : other.policyVersion(),
                one.acceptedPerSecond() + other.acceptedPerSecond(),
                one.completedPerSecond() + other.completedPerSecond(),
                one.lostPerSecond() + other.lostPerSecond(),
                one.window().plus(other.window()),
                one.total().plus(other.total()));
    }

    private static double perSecond(long count, double seconds) {
        return seconds > 0 ? count / seconds : 0;
    }

    static OptionalDouble ratio(long part, long whole) {
        return whole == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) part / whole);
    }
}

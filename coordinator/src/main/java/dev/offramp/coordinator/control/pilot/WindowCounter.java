package dev.offramp.coordinator.control.pilot;

import dev.offramp.coordinator.cluster.NodeReport;
import dev.offramp.coordinator.cluster.NodeReport.EdgeReport;
import dev.offramp.coordinator.cluster.NodeReport.HopReport;
import dev.offramp.coordinator.cluster.NodeReport.IngressReport;
import dev.offramp.coordinator.simulation.Link;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes windows of the nodes' counters. Each node's differences are over its own time, so that reports need not come
 * together; a node that started anew or did not report is left out of a window. Also follows how regularly jobs arrive, and
 * how many bytes travel for a job. Confined.
 */
final class WindowCounter {
    private static final double NANOS = 1e9;

    private final Map<NodeId, NodeReport> first = new HashMap<>();
    private final Map<NodeId, NodeReport> previous = new HashMap<>();
    private final Map<NodeId, NodeReport> last = new HashMap<>();
    private final Map<ServiceId, Regularity> regularity = new HashMap<>();
    private final Map<HopId, Double> travelling = new HashMap<>();
    private final Map<NodeId, Map<ServiceId, Double>> ratesBefore = new HashMap<>();

    void heard(NodeId node, NodeReport report) {
        NodeReport before = last.get(node);
        if (before != null && report.uptimeNanos() <= before.uptimeNanos()) {
            forget(node);
            before = null;
        }
        if (report.uptimeNanos() > 0) {
            if (before != null) {
                follow(node, before, report);
                previous.put(node, before);
            }
            followEdges(before == null ? NodeReport.empty() : before, report);
            last.put(node, report);
            first.putIfAbsent(node, report);
        }
    }

    /** The node's counters no longer hang together with those to come. */
    void forget(NodeId node) {
        first.remove(node);
        previous.remove(node);
        last.remove(node);
        ratesBefore.remove(node);
    }

    /** The other services are gone. */
    void keep(Set<ServiceId> services) {
        regularity.keySet().retainAll(services);
        travelling.keySet().removeIf(hop -> !services.contains(hop.chain().service()));
    }

    private void follow(NodeId node, NodeReport before, NodeReport report) {
        double seconds = (report.uptimeNanos() - before.uptimeNanos()) / NANOS;
        Map<ServiceId, Double> rates = new HashMap<>();
        Map<ServiceId, Double> old = ratesBefore.getOrDefault(node, Map.of());
        ratesBefore.put(node, rates);
        for (IngressReport ingress : report.ingress()) {
            long accepted = ingress.accepted() - accepted(before, ingress.service());
            rates.put(ingress.service(), accepted / seconds);
            Double rateBefore = old.get(ingress.service());
            if (rateBefore != null) {
                regularity
                        .computeIfAbsent(ingress.service(), key -> new Regularity())
                        .counted(rateBefore * seconds, (double) accepted);
            }
        }
    }

    private void followEdges(NodeReport before, NodeReport report) {
        Map<HopId, EdgeReport> then = new HashMap<>();
        edges(before).forEach(edge -> then.put(new HopId(edge.chain(), edge.hop()), edge));
        edges(report).forEach(now -> {
            HopId hop = new HopId(now.chain(), now.hop());
            EdgeReport old = then.getOrDefault(hop, new EdgeReport(now.chain(), now.hop(), 0, 0));
            // Fewer than before, where the link was made anew.
            long transfers = now.transfers() - (old.transfers() > now.transfers() ? 0 : old.transfers());
            long bytes = now.wireBytes() - (old.transfers() > now.transfers() ? 0 : old.wireBytes());
            if (transfers > 0) {
                travelling.put(hop, (double) bytes / transfers);
            }
        });
    }

    private static Stream<EdgeReport> edges(NodeReport report) {
        return report.links().stream().flatMap(link -> link.edges().stream());
    }

    private static long accepted(NodeReport report, ServiceId service) {
        IngressReport found = ingress(report, service);
        return found == null ? 0 : found.accepted();
    }

    private static @Nullable IngressReport ingress(NodeReport report, ServiceId service) {
        return report.ingress().stream()
                .filter(one -> one.service().equals(service))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable HopReport hop(NodeReport report, HopReport like) {
        return report.hops().stream()
                .filter(one -> one.chain().equals(like.chain()) && one.hop() == like.hop())
                .findFirst()
                .orElse(null);
    }

    /** Variance over mean of the number of jobs that arrive in a second. */
    double dispersion(ServiceId service) {
        Regularity known = regularity.get(service);
        return known == null ? 1 : known.dispersion();
    }

    /** As the nodes have measured them at last. */
    List<Link> links() {
        List<Link> links = new ArrayList<>();
        last.forEach((node, report) -> report.links()
                .forEach(link ->
                        links.add(new Link(node, link.peer(), link.bytesPerSecond(), link.roundTripSeconds() / 2))));
        return links;
    }

    /** Bytes that lately travelled to a hop for each of its jobs; of the hops that jobs came to from another node. */
    Map<HopId, Double> travelling() {
        return Map.copyOf(travelling);
    }

    /** Ends a window and begins the next. */
    Window close() {
        Window window = between(first, last);
        first.putAll(last);
        return window;
    }

    /** Ends a window with every node's last report but one, and begins the next there. */
    Window closeBeforeLatest() {
        Window window = between(first, previous);
        previous.forEach((node, report) -> first.computeIfPresent(
                node, (key, since) -> report.uptimeNanos() > since.uptimeNanos() ? report : since));
        return window;
    }

    /** Between the last two reports of every node, if the last one came in the window that is open. */
    Window latest() {
        Map<NodeId, NodeReport> fresh = new HashMap<>(previous);
        fresh.keySet().removeIf(node -> java.util.Objects.equals(first.get(node), last.get(node)));
        return between(fresh, last);
    }

    private static Window between(Map<NodeId, NodeReport> from, Map<NodeId, NodeReport> to) {
        Window window = Window.empty();
        to.forEach((node, report) -> {
            NodeReport since = from.get(node);
            if (since != null && report.uptimeNanos() > since.uptimeNanos()) {
                add(window, node, since, report);
            }
        });
        return window;
    }

    private static void add(Window window, NodeId node, NodeReport since, NodeReport report) {
        double seconds = (report.uptimeNanos() - since.uptimeNanos()) / NANOS;
        window.jobsAt().put(node, report.jobs());
        for (IngressReport now : report.ingress()) {
            IngressReport then = ingress(since, now.service());
            long accepted = now.accepted() - (then == null ? 0 : then.accepted());
            window.arrivals()
                    .merge(now.service(), new Window.Arrivals(seconds, accepted / seconds), Window.Arrivals::plus);
            window.services()
                    .merge(
                            now.service(),
                            new Window.Jobs(
                                    difference(now.toldByStep(), then == null ? List.of() : then.toldByStep()),
                                    now.lost() - (then == null ? 0 : then.lost()),
                                    difference(now.completed(), then == null ? List.of() : then.completed()),
                                    now.withTruth() - (then == null ? 0 : then.withTruth()),
                                    now.correct() - (then == null ? 0 : then.correct())),
                            Window.Jobs::plus);
        }
        for (HopReport now : report.hops()) {
            HopReport then = hop(since, now);
            long served = now.served() - (then == null ? 0 : then.served());
            if (served > 0) {
                window.hops()
                        .computeIfAbsent(node, key -> new HashMap<>())
                        .put(
                                new HopId(now.chain(), now.hop()),
                                new Window.Served(
                                        seconds,
                                        served,
                                        now.completedHere() - (then == null ? 0 : then.completedHere()),
                                        (now.serviceNanosSum() - (then == null ? 0 : then.serviceNanosSum())) / NANOS,
                                        (now.serviceNanosSquareSum()
                                                        - (then == null ? 0 : then.serviceNanosSquareSum()))
                                                / (NANOS * NANOS)));
            }
        }
    }

    private static long[] difference(List<Long> now, List<Long> then) {
        long[] difference = new long[now.size()];
        for (int i = 0; i < difference.length; i++) {
            difference[i] = now.get(i) - (i < then.size() ? then.get(i) : 0);
        }
        return difference;
    }

    /**
     * Dispersion from neighbouring counts: E (n₁ − n₂)² / (n₁ + n₂) is Var n / E n for equal intervals, whatever the level,
     * so that a step spoils one pair only; a pair counts at most {@value #MOST}. Starts as Poisson arrivals would be.
     */
    private static final class Regularity {
        private static final double MEMORY = 0.95;
        private static final double PRIOR = 3;
        private static final double MOST = 9;
        private double weight = PRIOR;
        private double sum = PRIOR;

        void counted(double before, double now) {
            if (before + now < 1) {
                return;
            }
            double one = Math.min(MOST, (now - before) * (now - before) / (before + now));
            weight = MEMORY * weight + 1;
            sum = MEMORY * sum + one;
        }

        double dispersion() {
            return sum / weight;
        }
    }
}

package dev.offramp.coordinator.cli.top;

import dev.offramp.coordinator.cli.BoardReading;
import dev.offramp.partition.job.LossReason;
import dev.offramp.proto.Enums;
import dev.offramp.proto.WireException;
import dev.offramp.proto.v1.EdgeTelemetry;
import dev.offramp.proto.v1.HopTelemetry;
import dev.offramp.proto.v1.IngressTelemetry;
import dev.offramp.proto.v1.LinkTelemetry;
import dev.offramp.proto.v1.LossCount;
import dev.offramp.proto.v1.Node;
import dev.offramp.proto.v1.PriorityTelemetry;
import dev.offramp.proto.v1.Register;
import dev.offramp.proto.v1.Snapshot;
import dev.offramp.proto.v1.Telemetry;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** From the wire's snapshot to the readings that {@code top} works with. Stateless. */
final class SnapshotReader {
    private SnapshotReader() {}

    static ClusterReading read(Snapshot snapshot) throws WireException {
        SortedMap<String, NodeReading> nodes = new TreeMap<>();
        for (Node node : snapshot.getNodesList()) {
            nodes.put(node.getRegistration().getNode(), read(node));
        }
        return new ClusterReading(
                snapshot.getCoordinatorUptimeNanos(),
                snapshot.getPlacement().getEpoch(),
                nodes,
                new TreeMap<>(snapshot.getRefusedMap()));
    }

    private static NodeReading read(Node node) throws WireException {
        Register registration = node.getRegistration();
        Telemetry telemetry = node.getTelemetry();
        Map<String, IngressTotals> ingress = new HashMap<>();
        for (IngressTelemetry one : telemetry.getIngressList()) {
            ingress.put(one.getService(), read(one));
        }
        return new NodeReading(
                registration.getNode(),
                registration.getBoard(),
                registration.getEmulated(),
                node.getUp(),
                node.getSilentNanos(),
                registration.getIncarnation(),
                registration.getCapacityJobs(),
                telemetry.getUptimeNanos(),
                telemetry.getQueuedJobs(),
                telemetry.getBusyNanos(),
                telemetry.getHopsList().stream()
                        .mapToLong(HopTelemetry::getServed)
                        .sum(),
                telemetry.getHopsList().stream()
                        .mapToDouble(HopTelemetry::getServiceNanosSum)
                        .sum(),
                telemetry.getHopsList().stream()
                        .mapToDouble(HopTelemetry::getServiceNanosSquareSum)
                        .sum(),
                telemetry.getConservationResidual(),
                telemetry.getRssBytes(),
                telemetry.getEpoch(),
                ingress,
                HopTotals.of(telemetry.getHopsList()),
                priorities(telemetry),
                telemetry.getPolicyVersionsMap(),
                codecs(telemetry),
                BoardReading.of(node));
    }

    private static Map<String, Set<String>> codecs(Telemetry telemetry) throws WireException {
        Map<String, Set<String>> codecs = new HashMap<>();
        for (LinkTelemetry link : telemetry.getLinksList()) {
            for (EdgeTelemetry edge : link.getEdgesList()) {
                codecs.computeIfAbsent(edge.getService(), service -> new TreeSet<>())
                        .add(Enums.read(edge.getCodec()).label());
            }
        }
        return codecs;
    }

    private static SortedMap<Integer, PriorityTotals> priorities(Telemetry telemetry) {
        SortedMap<Integer, PriorityTotals> priorities = new TreeMap<>();
        for (PriorityTelemetry one : telemetry.getPrioritiesList()) {
            long lost = one.getLostList().stream().mapToLong(LossCount::getJobs).sum();
            priorities.put(one.getPriority(), new PriorityTotals(one.getQueued(), one.getReceived(), lost));
        }
        return priorities;
    }

    private static IngressTotals read(IngressTelemetry ingress) throws WireException {
        SortedMap<Integer, ExitTotals> exits = new TreeMap<>();
        ingress.getExitsList()
                .forEach(exit -> exits.merge(
                        exit.getExit(),
                        new ExitTotals(exit.getCompleted(), exit.getWithTruth(), exit.getCorrect()),
                        ExitTotals::plus));
        SortedMap<String, Long> lost = new TreeMap<>();
        for (LossCount loss : ingress.getLostList()) {
            LossReason reason = Enums.read(loss.getReason());
            lost.merge(reason.label(), loss.getJobs(), Long::sum);
        }
        return new IngressTotals(
                ingress.getAccepted(),
                ingress.getInFlight(),
                exits,
                lost,
                ingress.getRefusedMap(),
                latency(ingress),
                ingress.getQueueingNanosSum(),
                ingress.getComputeNanosSum(),
                ingress.getNetworkNanosSum(),
                ingress.getCompletedByPolicyMap());
    }

    private static LatencyCounts latency(IngressTelemetry ingress) throws WireException {
        var histogram = ingress.getLatency();
        if (histogram.getBucketCount() != histogram.getCountCount()) {
            throw new WireException("latency of %s has %d buckets and %d counts: expected as many"
                    .formatted(ingress.getService(), histogram.getBucketCount(), histogram.getCountCount()));
        }
        Map<Integer, Long> counts = new HashMap<>();
        for (int i = 0; i < histogram.getBucketCount(); i++) {
            counts.merge(histogram.getBucket(i), histogram.getCount(i), Long::sum);
        }
        return new LatencyCounts(counts);
    }
}

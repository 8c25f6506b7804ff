package dev.offramp.coordinator.rpc;

import dev.offramp.coordinator.cluster.NodeReport;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Policy;
import dev.offramp.proto.Codec;
import dev.offramp.proto.WireException;
import dev.offramp.proto.v1.CarriedTelemetry;
import dev.offramp.proto.v1.EdgeTelemetry;
import dev.offramp.proto.v1.ExitCount;
import dev.offramp.proto.v1.HopTelemetry;
import dev.offramp.proto.v1.IngressTelemetry;
import dev.offramp.proto.v1.JobRow;
import dev.offramp.proto.v1.LinkTelemetry;
import dev.offramp.proto.v1.LossCount;
import dev.offramp.proto.v1.PowerProblem;
import dev.offramp.proto.v1.Telemetry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Agents' reports from the wire. Stateless. */
final class ReportCodec {
    private static final int MAX_EXITS = 256;
    /** Of hops, of ingresses, of links, of a link's edges, and of jobs. */
    private static final int MAX_ROWS = 4096;

    private static final double NANOS_PER_SECOND = 1e9;

    private ReportCodec() {}

    static NodeReport read(Telemetry message) throws WireException {
        int edges = message.getLinksList().stream()
                .mapToInt(LinkTelemetry::getEdgesCount)
                .max()
                .orElse(0);
        int rows = IntStream.of(
                        message.getHopsCount(),
                        message.getIngressCount(),
                        message.getLinksCount(),
                        edges,
                        message.getJobRowsCount())
                .max()
                .orElse(0);
        if (rows > MAX_ROWS) {
            throw new WireException(
                    "telemetry of %d hops, %d ingresses, %d links with up to %d edges, and %d jobs: expected at most %d of each"
                            .formatted(
                                    message.getHopsCount(),
                                    message.getIngressCount(),
                                    message.getLinksCount(),
                                    edges,
                                    message.getJobRowsCount(),
                                    MAX_ROWS));
        }
        checkProblems(message.getBoard().getProblemsNowList());
        checkProblems(message.getBoard().getProblemsSinceBootList());
        try {
            List<NodeReport.HopReport> hops = new ArrayList<>();
            for (HopTelemetry hop : message.getHopsList()) {
                hops.add(new NodeReport.HopReport(
                        new ChainId(new ServiceId(hop.getService()), hop.getChain()),
                        hop.getHop(),
                        hop.getServed(),
                        hop.getCompletedHere(),
                        hop.getServiceNanosSum(),
                        hop.getServiceNanosSquareSum()));
            }
            List<NodeReport.IngressReport> ingress = new ArrayList<>();
            for (IngressTelemetry one : message.getIngressList()) {
                ingress.add(ingress(one));
            }
            List<NodeReport.LinkReport> links = new ArrayList<>();
            for (LinkTelemetry link : message.getLinksList()) {
                if (link.getRoundTripNanos() != 0 && link.getBytesPerSecond() != 0) {
                    links.add(new NodeReport.LinkReport(
                            new NodeId(link.getPeer()),
                            link.getRoundTripNanos() / NANOS_PER_SECOND,
                            link.getBytesPerSecond(),
                            link.getEdgesList().stream().map(ReportCodec::edge).toList()));
                }
            }
            List<NodeReport.JobReport> ended = new ArrayList<>();
            for (JobRow row : message.getJobRowsList()) {
                ended.add(new NodeReport.JobReport(
                        new ChainId(new ServiceId(row.getService()), row.getChain()),
                        Codec.readThresholds(row.getThresholdsList()),
                        row.getConfidencesList(),
                        row.getLatencyNanos() / NANOS_PER_SECOND));
            }
            return new NodeReport(message.getUptimeNanos(), message.getQueuedJobs(), hops, ingress, links, ended);
        } catch (IllegalArgumentException e) {
            throw new WireException("telemetry: " + e.getMessage());
        }
    }

    private static NodeReport.EdgeReport edge(EdgeTelemetry message) {
        return new NodeReport.EdgeReport(
                new ChainId(new ServiceId(message.getService()), message.getChain()),
                message.getHop(),
                message.getCarriedList().stream()
                        .mapToLong(CarriedTelemetry::getTransfers)
                        .sum(),
                message.getCarriedList().stream()
                        .mapToLong(CarriedTelemetry::getWireBytes)
                        .sum());
    }

    /** They are shown as they came. */
    private static void checkProblems(List<PowerProblem> problems) throws WireException {
        if (problems.contains(PowerProblem.UNRECOGNIZED)
                || problems.contains(PowerProblem.POWER_PROBLEM_UNSPECIFIED)
                || problems.size() > PowerProblem.values().length) {
            throw new WireException("telemetry of the board with problems %s: expected each of those known once"
                    .formatted(problems.subList(0, Math.min(problems.size(), PowerProblem.values().length))));
        }
    }

    private static NodeReport.IngressReport ingress(IngressTelemetry message) throws WireException {
        List<Long> completed = new ArrayList<>();
        long withTruth = 0;
        long correct = 0;
        for (ExitCount exit : message.getExitsList()) {
            if (exit.getExit() < 1 || exit.getExit() > MAX_EXITS) {
                throw new WireException(
                        "telemetry names exit %d: expected 1 to %d".formatted(exit.getExit(), MAX_EXITS));
            }
            if (completed.size() < exit.getExit()) {
                completed.addAll(Collections.nCopies(exit.getExit() - completed.size(), 0L));
            }
            completed.set(exit.getExit() - 1, exit.getCompleted());
            withTruth += exit.getWithTruth();
            correct += exit.getCorrect();
        }
        return new NodeReport.IngressReport(
                new ServiceId(message.getService()),
                message.getAccepted(),
                message.getToldByStepList().stream().limit(Policy.MAX_STEPS).toList(),
                message.getLostList().stream().mapToLong(LossCount::getJobs).sum(),
                completed,
                withTruth,
                correct);
    }
}

package dev.offramp.coordinator.rpc;

import dev.offramp.coordinator.cluster.NodeReport;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Policy;
import dev.offramp.proto.WireException;
import dev.offramp.proto.v1.ExitCount;
import dev.offramp.proto.v1.HopTelemetry;
import dev.offramp.proto.v1.IngressTelemetry;
import dev.offramp.proto.v1.LossCount;
import dev.offramp.proto.v1.Telemetry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Agents' reports from the wire. Stateless. */
final class ReportCodec {
    private static final int MAX_EXITS = 256;
    /** Of hops, and of ingresses. */
    private static final int MAX_ROWS = 4096;

    private ReportCodec() {}

    static NodeReport read(Telemetry message) throws WireException {
        if (message.getHopsCount() > MAX_ROWS || message.getIngressCount() > MAX_ROWS) {
            throw new WireException("telemetry of %d hops and %d ingresses: expected at most %d of both"
                    .formatted(message.getHopsCount(), message.getIngressCount(), MAX_ROWS));
        }
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
            return new NodeReport(message.getUptimeNanos(), message.getQueuedJobs(), hops, ingress);
        } catch (IllegalArgumentException e) {
            throw new WireException("telemetry: " + e.getMessage());
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

package dev.offramp.agent.rpc;

import dev.offramp.agent.board.BoardCondition;
import dev.offramp.agent.board.PowerProblem;
import dev.offramp.agent.core.CoreSnapshot;
import dev.offramp.agent.core.HopPart;
import dev.offramp.agent.forward.LinkCodecs;
import dev.offramp.agent.forward.LinkState;
import dev.offramp.agent.ingress.ErrorCode;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.job.LossReason;
import dev.offramp.partition.job.Verdict;
import dev.offramp.proto.Codec;
import dev.offramp.proto.Enums;
import dev.offramp.proto.v1.BoardTelemetry;
import dev.offramp.proto.v1.CarriedTelemetry;
import dev.offramp.proto.v1.EdgeTelemetry;
import dev.offramp.proto.v1.ExitCount;
import dev.offramp.proto.v1.HopTelemetry;
import dev.offramp.proto.v1.HopTimes;
import dev.offramp.proto.v1.IngressTelemetry;
import dev.offramp.proto.v1.JobRow;
import dev.offramp.proto.v1.LatencyHistogram;
import dev.offramp.proto.v1.LinkTelemetry;
import dev.offramp.proto.v1.LossCount;
import dev.offramp.proto.v1.PartTimes;
import dev.offramp.proto.v1.PriorityTelemetry;
import dev.offramp.proto.v1.ShadowRow;
import dev.offramp.proto.v1.Telemetry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The core's counters on the wire. Stateless. */
final class TelemetryCodec {
    private TelemetryCodec() {}

    /**
     * Without the rows of jobs: see {@link #shadowRows} and {@link #jobRows}.
     *
     * @param refused frames never accepted, by service and error code
     * @param links to neighbours
     */
    static Telemetry write(
            CoreSnapshot snapshot,
            Map<ServiceId, Map<ErrorCode, Long>> refused,
            Map<NodeId, LinkState> links,
            long uptimeNanos,
            long rssBytes) {
        var message = Telemetry.newBuilder()
                .setUptimeNanos(uptimeNanos)
                .setQueuedJobs(snapshot.queuedJobs())
                .setQueuedBytes(snapshot.queuedBytes())
                .setBusyNanos(snapshot.busyNanos())
                .setEpoch(snapshot.epoch())
                .setConservationResidual(snapshot.conservationResidual())
                .setLateOutcomes(snapshot.lateOutcomes())
                .setRssBytes(rssBytes)
                .setDraining(snapshot.draining());
        snapshot.policyVersions().forEach((service, version) -> message.putPolicyVersions(service.value(), version));
        snapshot.hops().forEach(hop -> message.addHops(write(hop)));
        snapshot.ingress()
                .forEach(ingress ->
                        message.addIngress(write(ingress, refused.getOrDefault(ingress.service(), Map.of()))));
        snapshot.links().forEach(link -> message.addLinks(write(link, links.get(link.peer()))));
        snapshot.priorities().forEach(priority -> message.addPriorities(write(priority)));
        return message.build();
    }

    /** @param after number of the last row to leave out, by service; 0 for none */
    static List<ShadowRow> shadowRows(CoreSnapshot snapshot, ToLongFunction<String> after) {
        List<ShadowRow> rows = new ArrayList<>();
        for (CoreSnapshot.Ingress ingress : snapshot.ingress()) {
            String service = ingress.service().value();
            long known = after.applyAsLong(service);
            ingress.shadows().latest().stream()
                    .filter(row -> row.number() > known)
                    .forEach(row -> rows.add(write(row)));
        }
        return rows;
    }

    private static ShadowRow write(CoreSnapshot.ShadowRow row) {
        var message = ShadowRow.newBuilder()
                .setService(row.chain().service().value())
                .setChain(row.chain().name())
                .setNumber(row.number())
                .setEpoch(row.epoch())
                .addAllExits(Codec.writeVerdicts(row.exits()));
        row.truth().ifPresent(message::setTruth);
        return message.build();
    }

    /** @param after as for {@link #shadowRows} */
    static List<JobRow> jobRows(CoreSnapshot snapshot, ToLongFunction<String> after) {
        List<JobRow> rows = new ArrayList<>();
        for (CoreSnapshot.Ingress ingress : snapshot.ingress()) {
            String service = ingress.service().value();
            long known = after.applyAsLong(service);
            ingress.latest().stream()
                    .filter(row -> row.number() > known)
                    .forEach(row -> rows.add(JobRow.newBuilder()
                            .setService(service)
                            .setChain(row.chain().name())
                            .setNumber(row.number())
                            .addAllThresholds(Codec.writeThresholds(row.thresholds()))
                            .addAllConfidences(row.verdicts().stream()
                                    .map(Verdict::confidence)
                                    .toList())
                            .setLatencyNanos(row.latencyNanos())
                            .build()));
        }
        return rows;
    }

    /** @param wallClockMillis since 1970 */
    static BoardTelemetry write(BoardCondition condition, long wallClockMillis) {
        var message = BoardTelemetry.newBuilder()
                .addAllProblemsNow(problems(condition.now()))
                .addAllProblemsSinceBoot(problems(condition.sinceBoot()))
                .setWallClockMillis(wallClockMillis);
        condition.temperatureCelsius().ifPresent(message::setTemperatureCelsius);
        condition.availableMemoryBytes().ifPresent(message::setAvailableMemoryBytes);
        condition.storageReadOnly().ifPresent(message::setStorageReadOnly);
        return message.build();
    }

    private static List<dev.offramp.proto.v1.PowerProblem> problems(Set<PowerProblem> problems) {
        return problems.stream()
                .map(problem -> dev.offramp.proto.v1.PowerProblem.valueOf(problem.name()))
                .toList();
    }

    private static HopTelemetry write(CoreSnapshot.Hop hop) {
        return HopTelemetry.newBuilder()
                .setService(hop.chain().service().value())
                .setChain(hop.chain().name())
                .setHop(hop.hop())
                .setReceived(hop.received())
                .setForwarded(hop.forwarded())
                .setCompletedHere(hop.completedHere())
                .addAllLostHere(losses(hop.lostHere()))
                .setServed(hop.served())
                .setServiceNanosSum(hop.serviceNanosSum())
                .setServiceNanosSquareSum(hop.serviceNanosSquareSum())
                .setTimes(times(hop.times()))
                .build();
    }

    private static HopTimes times(Map<HopPart, CoreSnapshot.Times> times) {
        var message = HopTimes.newBuilder();
        times.forEach((part, known) -> {
            PartTimes written = PartTimes.newBuilder()
                    .setHistogram(histogram(known.counts()))
                    .setNanosSum(known.nanosSum())
                    .build();
            switch (part) {
                case QUEUE -> message.setQueue(written);
                case COMPUTE -> message.setCompute(written);
                case SERIALISE -> message.setSerialise(written);
                case NETWORK -> message.setNetwork(written);
            }
        });
        return message.build();
    }

    private static IngressTelemetry write(CoreSnapshot.Ingress ingress, Map<ErrorCode, Long> refused) {
        var message = IngressTelemetry.newBuilder()
                .setService(ingress.service().value())
                .setAccepted(ingress.accepted())
                .setInFlight(ingress.inFlight())
                .addAllLost(losses(ingress.lost()))
                .setLatency(histogram(ingress.latency()))
                .setQueueingNanosSum(ingress.queueingNanosSum())
                .setComputeNanosSum(ingress.computeNanosSum())
                .setNetworkNanosSum(ingress.networkNanosSum())
                .putAllCompletedByPolicy(ingress.completedByPolicy())
                .addAllToldByStep(Arrays.stream(ingress.toldByStep()).boxed().toList())
                .setShadowCompleted(ingress.shadows().completed())
                .setShadowLost(ingress.shadows().lost());
        for (CoreSnapshot.ExitCount exit : ingress.exits()) {
            message.addExits(ExitCount.newBuilder()
                    .setExit(exit.exit())
                    .setCompleted(exit.completed())
                    .setWithTruth(exit.withTruth())
                    .setCorrect(exit.correct()));
        }
        refused.forEach((code, count) -> message.putRefused(code.label(), count));
        return message.build();
    }

    private static LinkTelemetry write(CoreSnapshot.Link link, @Nullable LinkState state) {
        var message = LinkTelemetry.newBuilder()
                .setPeer(link.peer().value())
                .setSent(link.sent())
                .setResolved(link.resolved())
                .setPending(link.pending())
                .setUp(link.up());
        if (state != null) {
            state.speed().ifPresent(speed -> message.setRoundTripNanos(speed.roundTripNanos())
                    .setBytesPerSecond(speed.bytesPerSecond()));
            state.edges().forEach(edge -> message.addEdges(write(edge)));
        }
        return message.build();
    }

    private static EdgeTelemetry write(LinkCodecs.Report report) {
        var message = EdgeTelemetry.newBuilder()
                .setService(report.edge().chain().service().value())
                .setChain(report.edge().chain().name())
                .setHop(report.edge().hop())
                .setCodec(Enums.write(report.current()));
        report.carried()
                .forEach((codec, carried) -> message.addCarried(CarriedTelemetry.newBuilder()
                        .setCodec(Enums.write(codec))
                        .setTransfers(carried.transfers())
                        .setActivationBytes(carried.activationBytes())
                        .setWireBytes(carried.wireBytes())));
        return message.build();
    }

    private static PriorityTelemetry write(CoreSnapshot.PriorityClass priority) {
        return PriorityTelemetry.newBuilder()
                .setPriority(priority.priority())
                .setQueued(priority.queued())
                .setReceived(priority.received())
                .addAllLost(losses(priority.lost()))
                .build();
    }

    private static List<LossCount> losses(Map<LossReason, Long> losses) {
        return new TreeMap<>(losses)
                .entrySet().stream()
                        .map(loss -> LossCount.newBuilder()
                                .setReason(Enums.write(loss.getKey()))
                                .setJobs(loss.getValue())
                                .build())
                        .toList();
    }

    /** Only the buckets that hold something. */
    private static LatencyHistogram histogram(long[] counts) {
        var message = LatencyHistogram.newBuilder();
        for (int bucket = 0; bucket < counts.length; bucket++) {
            if (counts[bucket] > 0) {
                message.addBucket(bucket).addCount(counts[bucket]);
            }
        }
        return message.build();
    }
}

package dev.offramp.coordinator.cli.top;

import dev.offramp.proto.v1.ActivationCodec;
import dev.offramp.proto.v1.BoardTelemetry;
import dev.offramp.proto.v1.EdgeTelemetry;
import dev.offramp.proto.v1.ExitCount;
import dev.offramp.proto.v1.HopTelemetry;
import dev.offramp.proto.v1.HopTimes;
import dev.offramp.proto.v1.IngressTelemetry;
import dev.offramp.proto.v1.LatencyHistogram;
import dev.offramp.proto.v1.LinkTelemetry;
import dev.offramp.proto.v1.LossCount;
import dev.offramp.proto.v1.LossReason;
import dev.offramp.proto.v1.Node;
import dev.offramp.proto.v1.PartTimes;
import dev.offramp.proto.v1.Placement;
import dev.offramp.proto.v1.PowerProblem;
import dev.offramp.proto.v1.PriorityTelemetry;
import dev.offramp.proto.v1.Register;
import dev.offramp.proto.v1.Snapshot;
import dev.offramp.proto.v1.Telemetry;

/** A cluster of one ingress and one further node after some seconds of even load, as the coordinator would tell it. */
final class Snapshots {
    private static final long SECOND = 1_000_000_000L;
    private static final double SERVICE_NANOS = 6e6;

    private Snapshots() {}

    static Snapshot after(int seconds) {
        return Snapshot.newBuilder()
                .setCoordinatorUptimeNanos((60 + seconds) * SECOND)
                .setPlacement(Placement.newBuilder().setEpoch(1))
                .putRefused("no_certificate", 3L)
                .putRefused("flood", 100L * seconds)
                .addNodes(ingress(seconds, 7))
                .addNodes(warm(node("opi-1", "Orange Pi Zero (emulated)", seconds, 7, 40, 15e6, true)))
                .addNodes(node("rpi-2", "Raspberry Pi 3 Model A+ (emulated)", seconds, 7, 0, 0, false))
                .build();
    }

    static Node.Builder ingress(int seconds, long incarnation) {
        Node.Builder node =
                node("rpi-1", "Raspberry Pi 3 Model A+ (emulated)", seconds, incarnation, 100, SERVICE_NANOS, true);
        node.getTelemetryBuilder()
                .putPolicyVersions("roadside", 2)
                .addLinks(LinkTelemetry.newBuilder()
                        .addEdges(edge(ActivationCodec.INT8_CHANNEL_ZSTD))
                        .addEdges(edge(ActivationCodec.FP32)))
                .addIngress(IngressTelemetry.newBuilder()
                        .setService("roadside")
                        .setAccepted(105L * seconds)
                        .setInFlight(5L * seconds)
                        .addExits(exit(1, 40L * seconds, 36L * seconds))
                        .addExits(exit(2, 50L * seconds, 40L * seconds))
                        .addLost(LossCount.newBuilder()
                                .setReason(LossReason.QUEUE_FULL)
                                .setJobs(9L * seconds))
                        .addLost(LossCount.newBuilder()
                                .setReason(LossReason.EXPIRED)
                                .setJobs(seconds))
                        .putRefused("busy", 2L * seconds)
                        .setLatency(LatencyHistogram.newBuilder()
                                .addBucket(LatencyCounts.bucket(20_000_000))
                                .addCount(80L * seconds)
                                .addBucket(LatencyCounts.bucket(90_000_000))
                                .addCount(10L * seconds))
                        .setQueueingNanosSum(90.0 * seconds * 8e6)
                        .setComputeNanosSum(90.0 * seconds * 15e6)
                        .setNetworkNanosSum(90.0 * seconds * 2e6));
        return node;
    }

    private static EdgeTelemetry.Builder edge(ActivationCodec codec) {
        return EdgeTelemetry.newBuilder().setService("roadside").setCodec(codec);
    }

    private static Node.Builder warm(Node.Builder node) {
        node.getTelemetryBuilder()
                .setBoard(BoardTelemetry.newBuilder()
                        .setTemperatureCelsius(71.25)
                        .addProblemsNow(PowerProblem.FREQUENCY_CAPPED)
                        .addProblemsSinceBoot(PowerProblem.UNDER_VOLTAGE)
                        .addProblemsSinceBoot(PowerProblem.FREQUENCY_CAPPED)
                        .setStorageReadOnly(true));
        return node.setClockOffsetMillis(-3210);
    }

    private static PartTimes times(long jobs, double nanos) {
        return PartTimes.newBuilder()
                .setHistogram(LatencyHistogram.newBuilder().addBucket(9).addCount(jobs))
                .setNanosSum(jobs * nanos)
                .build();
    }

    private static ExitCount exit(int number, long completed, long correct) {
        return ExitCount.newBuilder()
                .setExit(number)
                .setCompleted(completed)
                .setWithTruth(completed)
                .setCorrect(correct)
                .build();
    }

    private static Node.Builder node(
            String name, String board, int seconds, long incarnation, int perSecond, double service, boolean up) {
        long served = (long) perSecond * seconds;
        return Node.newBuilder()
                .setRegistration(Register.newBuilder()
                        .setNode(name)
                        .setIncarnation(incarnation)
                        .setBoard(board)
                        .setEmulated(true)
                        .setCapacityJobs(8))
                .setUp(up)
                .setSilentNanos(up ? SECOND / 10 : 4 * SECOND)
                .setTelemetry(Telemetry.newBuilder()
                        .setUptimeNanos(seconds * SECOND)
                        .setQueuedJobs(up ? 3 : 0)
                        .setBusyNanos((long) (served * service))
                        .setRssBytes(97L << 20)
                        .addPriorities(PriorityTelemetry.newBuilder()
                                .setPriority(0)
                                .setQueued(2)
                                .setReceived(40L * seconds)
                                .addLost(LossCount.newBuilder()
                                        .setReason(LossReason.QUEUE_FULL)
                                        .setJobs(10L * seconds)))
                        .addPriorities(PriorityTelemetry.newBuilder()
                                .setPriority(3)
                                .setQueued(1)
                                .setReceived(60L * seconds))
                        .addHops(HopTelemetry.newBuilder()
                                .setServed(served)
                                .setServiceNanosSum(served * service)
                                .setServiceNanosSquareSum(served * service * service)
                                .setTimes(HopTimes.newBuilder()
                                        .setQueue(times(served, 8e6))
                                        .setCompute(times(served, service))
                                        .setSerialise(times(served, 5e4))
                                        .setNetwork(times(served / 2, 2e6)))));
    }
}

package dev.offramp.coordinator.cli.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.Offramp;
import dev.offramp.proto.v1.ControlGrpc;
import dev.offramp.proto.v1.HopTelemetry;
import dev.offramp.proto.v1.HopTimes;
import dev.offramp.proto.v1.LatencyHistogram;
import dev.offramp.proto.v1.LossCount;
import dev.offramp.proto.v1.LossReason;
import dev.offramp.proto.v1.Node;
import dev.offramp.proto.v1.PartTimes;
import dev.offramp.proto.v1.Register;
import dev.offramp.proto.v1.Snapshot;
import dev.offramp.proto.v1.Telemetry;
import dev.offramp.proto.v1.WatchRequest;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The command against a coordinator that says one thing and goes, and a collector that understands OTLP. */
@SuppressWarnings("NullAway.Init")
class ExportCommandTest {
    private static final int OK = 200;

    private final BlockingQueue<ExportMetricsServiceRequest> received = new LinkedBlockingQueue<>();
    private HttpServer collector;
    private Server coordinator;

    @BeforeEach
    void start() throws IOException {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/metrics", this::collect);
        collector.start();
        coordinator = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new ControlGrpc.ControlImplBase() {
                    @Override
                    public void watch(WatchRequest request, StreamObserver<Snapshot> snapshots) {
                        snapshots.onNext(snapshot());
                        snapshots.onCompleted();
                    }
                })
                .build()
                .start();
    }

    private void collect(HttpExchange exchange) {
        try (exchange) {
            received.add(ExportMetricsServiceRequest.parseFrom(exchange.getRequestBody()));
            exchange.sendResponseHeaders(OK, -1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void stop() {
        coordinator.shutdownNow();
        collector.stop(0);
    }

    private static Snapshot snapshot() {
        HopTelemetry hop = HopTelemetry.newBuilder()
                .setService("roadside")
                .setChain("a")
                .setHop(1)
                .setReceived(12)
                .addLostHere(
                        LossCount.newBuilder().setReason(LossReason.QUEUE_FULL).setJobs(2))
                .setTimes(HopTimes.newBuilder()
                        // 10 jobs of 1 to 2 ms: octave 9 begins at 512 us.
                        .setQueue(PartTimes.newBuilder()
                                .setHistogram(LatencyHistogram.newBuilder()
                                        .addBucket(9 * 16 + 15)
                                        .addCount(7)
                                        .addBucket(10 * 16)
                                        .addCount(3))
                                .setNanosSum(12e6)))
                .build();
        return Snapshot.newBuilder()
                .addNodes(Node.newBuilder()
                        .setRegistration(Register.newBuilder().setNode("opi-1").setIncarnation(7))
                        .setTelemetry(Telemetry.newBuilder()
                                .setUptimeNanos(60_000_000_000L)
                                .addHops(hop)))
                .build();
    }

    private String export(String collectorAddress) {
        CommandLine command = Offramp.commandLine();
        StringWriter errors = new StringWriter();
        command.setErr(new PrintWriter(errors));
        int code = command.execute(
                "export", "--otlp", collectorAddress, "--coordinator", "127.0.0.1:" + coordinator.getPort());
        assertThat(code).as("the coordinator has gone: %s", errors).isEqualTo(ExitCode.UNAVAILABLE);
        return errors.toString();
    }

    private static List<String> attributes(List<KeyValue> attributes) {
        return attributes.stream()
                .map(one -> one.getKey() + "="
                        + (one.getValue().hasIntValue()
                                ? String.valueOf(one.getValue().getIntValue())
                                : one.getValue().getStringValue()))
                .toList();
    }

    @Test
    void aCollectorGetsWhatEveryHopsJobsSpentTheirTimeOn() {
        export("http://127.0.0.1:" + collector.getAddress().getPort());

        ExportMetricsServiceRequest request = received.remove();
        List<Metric> metrics = request.getResourceMetrics(0).getScopeMetrics(0).getMetricsList();
        assertThat(metrics.stream().map(Metric::getName).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder("offramp.hop.time", "offramp.hop.received", "offramp.hop.lost");
        Metric times = named(metrics, "offramp.hop.time");
        assertThat(times.getUnit()).isEqualTo("s");
        assertThat(times.getHistogram().getDataPointsList()).hasSize(4);
        HistogramDataPoint queue = times.getHistogram().getDataPointsList().stream()
                .filter(point -> attributes(point.getAttributesList()).contains("offramp.part=queue"))
                .findFirst()
                .orElseThrow();
        assertThat(attributes(queue.getAttributesList()))
                .contains("offramp.node=opi-1", "offramp.service=roadside", "offramp.chain=a", "offramp.hop=1");
        assertThat(queue.getCount()).isEqualTo(10);
        assertThat(queue.getSum()).isEqualTo(0.012);
        assertThat(queue.getExplicitBounds(9)).isEqualTo(1024e-6);
        assertThat(queue.getBucketCounts(9)).isEqualTo(7);
        assertThat(queue.getBucketCounts(10)).isEqualTo(3);
        assertThat(queue.getTimeUnixNano() - queue.getStartTimeUnixNano()).isEqualTo(60_000_000_000L);
        NumberDataPoint lost = named(metrics, "offramp.hop.lost").getSum().getDataPoints(0);
        assertThat(lost.getAsInt()).isEqualTo(2);
        assertThat(attributes(lost.getAttributesList())).contains("offramp.reason=queue_full");
    }

    private static Metric named(List<Metric> metrics, String name) {
        return metrics.stream()
                .filter(metric -> metric.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aCollectorThatIsNotThereIsSaid() {
        collector.stop(0);

        assertThat(export("http://127.0.0.1:" + collector.getAddress().getPort()))
                .contains("does not take metrics");
    }
}

package dev.offramp.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offramp.coordinator.CoordinatorProcess;
import dev.offramp.coordinator.config.CoordinatorConfig;
import dev.offramp.partition.HostPort;
import dev.offramp.proto.v1.ControlGrpc;
import dev.offramp.proto.v1.Node;
import dev.offramp.proto.v1.Snapshot;
import dev.offramp.proto.v1.WatchRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A coordinator, an agent in a process of its own, a camera that is ffmpeg, and an operator. */
@Tag("slow")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class CameraEndToEndTest {
    private static final String NETWORK = "../partitions/models/roadside/roadside.onnx";
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    private Path directory;

    private final List<Process> processes = new ArrayList<>();
    private int port;
    private CoordinatorProcess coordinator;
    private String out = "";

    @BeforeEach
    void start() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/ffmpeg")), "ffmpeg is not here: apt-get install ffmpeg");
        port = freePort();
        startCoordinator();
        run(OfframpProcess.agent(
                "--node=n1", "--coordinator=127.0.0.1:" + port, "--data-dir=" + directory.resolve("n1")));
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : processes) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            process.waitFor();
        }
        if (coordinator != null) {
            coordinator.close();
        }
    }

    private void startCoordinator() throws IOException {
        coordinator = CoordinatorProcess.start(
                new CoordinatorConfig(directory.resolve("data"), new HostPort("127.0.0.1", port)));
    }

    private void run(List<String> command) throws IOException {
        processes.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory
                        .resolve("process-" + processes.size() + ".log")
                        .toFile())
                .start());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void ask(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--coordinator=127.0.0.1:" + port);
        all.add("--timeout=60s");
        StringWriter said = new StringWriter();
        StringWriter complained = new StringWriter();
        CommandLine command =
                Offramp.commandLine().setOut(new PrintWriter(said, true)).setErr(new PrintWriter(complained, true));
        assertThat(command.execute(all.toArray(String[]::new)))
                .as(complained.toString())
                .isZero();
        out = said.toString();
    }

    /** A snapshot comes every second. */
    private void await(Predicate<Node> condition) {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        try {
            Iterator<Snapshot> snapshots = ControlGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .watch(WatchRequest.getDefaultInstance());
            while (snapshots.next().getNodesList().stream().noneMatch(node -> node.getUp() && condition.test(node))) {
                // The next one.
            }
        } finally {
            channel.shutdownNow();
        }
    }

    private void awaitServed(int frames) {
        await(node -> node.getTelemetry().getCamerasList().stream()
                .anyMatch(camera -> camera.getUp() && camera.getServed() >= frames));
    }

    private JsonNode camera() throws IOException {
        ask("camera", "ls", "-o", "json");
        return new ObjectMapper().readTree(out).get("cameras").get(0);
    }

    @Test
    void anOperatorAddsACameraWhoseFramesAreServedAlsoWhenTheCoordinatorComesBack() throws Exception {
        await(node -> true);
        ask("model", "push", NETWORK, "--parts", "1");
        ask(
                "placement",
                "apply",
                Files.writeString(directory.resolve("placement.yaml"), """
                services:
                  - id: roadside
                    model: roadside
                    ingress: [n1]
                    chains:
                      - name: a
                        nodes: [n1]
                """).toString());
        int stream = freePort();
        run(List.of(
                "ffmpeg",
                "-nostdin",
                "-loglevel",
                "warning",
                "-re",
                "-f",
                "lavfi",
                "-i",
                "testsrc=size=96x96:rate=10",
                "-f",
                "mpjpeg",
                "-listen",
                "1",
                "http://127.0.0.1:" + stream + "/"));

        ask("camera", "add", "front", "http://127.0.0.1:" + stream + "/", "--service", "roadside");
        assertThat(out).isEqualToIgnoringNewLines("camera front of roadside at n1");
        awaitServed(20);

        JsonNode camera = camera();
        assertThat(camera.get("kind").asText()).isEqualTo("mjpeg");
        assertThat(camera.get("state").asText()).isEqualTo("streaming");
        assertThat(camera.get("framesPerSecond").asDouble()).isBetween(3.0, 20.0);

        coordinator.close();
        startCoordinator();
        awaitServed(camera.get("served").asInt() + 10);
        assertThat(camera().get("source").asText()).isEqualTo("http://127.0.0.1:" + stream + "/");

        ask("camera", "rm", "front");
        await(node -> node.getTelemetry().getCamerasCount() == 0);
        ask("camera", "ls");
        assertThat(out).doesNotContain("front");
    }
}

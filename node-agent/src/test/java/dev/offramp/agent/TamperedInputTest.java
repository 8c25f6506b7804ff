package dev.offramp.agent;

import static dev.offramp.agent.CameraCluster.camera;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.ingress.Frames;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests, streams and gRPC connections that were tampered with: afterwards all is as before, and nothing is left. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class TamperedInputTest {
    private static final int CONNECTIONS_PER_SEED = 60;
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private CameraCluster cameras;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        cameras = new CameraCluster(directory);
        cameras.add(camera("pushed", "push"));
    }

    @AfterAll
    void stop() {
        cameras.close();
    }

    static LongStream seeds() {
        return LongStream.concat(LongStream.range(0, 6), LongStream.of(new SplittableRandom().nextLong()));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void leavesNothingBehind(long seed) throws Exception {
        RandomGenerator random = new SplittableRandom(seed);
        int http = cameras.cluster.agent("one").httpAddress().port();
        int data = cameras.cluster.agent("one").dataAddress().port();
        for (int i = 0; i < CONNECTIONS_PER_SEED; i++) {
            boolean grpc = random.nextInt(5) == 0;
            send(grpc ? data : http, grpc ? garbage(random) : request(random), random);
        }

        awaitNoForeignConnection(http);
        assertThat(cameras.cluster.send("one", Frames.bytes("scene.jpg")).statusCode())
                .isEqualTo(200);
        cameras.await(
                "pushed",
                camera -> camera.getFrames()
                        == camera.getServed()
                                + camera.getSkippedMap().values().stream()
                                        .mapToLong(Long::longValue)
                                        .sum());
        assertThat(cameras.cluster.get("one", "/metrics").body())
                .contains("offramp_conservation_residual 0.0")
                .contains("offramp_core_failures_total 0.0")
                .doesNotContain("code=\"internal\"");
    }

    /** Messages of gRPC that are no protobuf, or another. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void refusesMessagesThatAreNone(long seed) throws Exception {
        RandomGenerator random = new SplittableRandom(seed);
        MethodDescriptor<byte[], byte[]> frames = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                .setFullMethodName("offramp.v1.Ingress/Frames")
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        "127.0.0.1", cameras.cluster.agent("one").dataAddress().port())
                .usePlaintext()
                .build();
        try {
            for (int i = 0; i < 20; i++) {
                byte[] message = new byte[1 + random.nextInt(300)];
                random.nextBytes(message);
                CompletableFuture<Boolean> answered = new CompletableFuture<>();
                ClientCalls.asyncBidiStreamingCall(channel.newCall(frames, CallOptions.DEFAULT), new Answered(answered))
                        .onNext(message);
                assertThat(answered.get(20, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            channel.shutdownNow();
        }
        assertThat(cameras.cluster.send("one", Frames.bytes("scene.jpg")).statusCode())
                .isEqualTo(200);
    }

    /** By a refusal in the stream, or of it. */
    private record Answered(CompletableFuture<Boolean> answered) implements StreamObserver<byte[]> {
        @Override
        public void onNext(byte[] message) {
            answered.complete(true);
        }

        @Override
        public void onError(Throwable t) {
            answered.complete(true);
        }

        @Override
        public void onCompleted() {
            answered.complete(false);
        }
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Cameras of every kind that is connected to, at the other end of which somebody sends anything. */
    @Test
    void survivesSourcesThatSendGarbage() throws Exception {
        try (GarbageServer server = new GarbageServer(new SplittableRandom(11))) {
            String at = "127.0.0.1:" + server.port();
            for (int i = 0; i < 3; i++) {
                cameras.add(camera("http" + i, "http://" + at + "/"));
                cameras.add(camera("tcp" + i, "tcp://" + at));
                cameras.add(camera("mqtt" + i, "mqtt://" + at + "/topic"));
            }
            for (int i = 0; i < 3; i++) {
                for (String kind : new String[] {"http", "tcp", "mqtt"}) {
                    assertThat(cameras.await(kind + i, camera -> camera.getReconnects() > 2)
                                    .getProblem())
                            .isNotEmpty();
                    cameras.remove(kind + i);
                }
            }
            server.awaitNoConnection();
        }
        assertThat(cameras.cluster.send("one", Frames.bytes("scene.jpg")).statusCode())
                .isEqualTo(200);
    }

    private static void send(int port, byte[] bytes, RandomGenerator random) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(50);
            if (random.nextBoolean()) {
                socket.setSoLinger(true, 0);
            }
            socket.getOutputStream().write(bytes);
            if (random.nextBoolean()) {
                var unused = socket.getInputStream().read();
            }
        } catch (SocketException | java.net.SocketTimeoutException e) {
            // It was refused before it had sent all, or was not answered.
        }
    }

    private static byte[] request(RandomGenerator random) throws IOException {
        byte[] frame = Frames.bytes("scene.jpg");
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int parts = 1 + random.nextInt(3); parts > 0; parts--) {
            body.writeBytes(ascii("--b\r\nContent-Type: image/jpeg\r\n"
                    + (random.nextBoolean() ? "Content-Length: " + frame.length + "\r\n" : "")
                    + "\r\n"));
            body.writeBytes(frame);
            body.writeBytes(ascii("\r\n"));
        }
        String path = random.nextInt(4) == 0 ? "/v1/services/tiny/frames" : "/v1/services/tiny/cameras/pushed";
        String type = random.nextBoolean() ? "multipart/x-mixed-replace;boundary=b" : "image/jpeg";
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(ascii("POST " + path + " HTTP/1.1\r\nHost: one\r\nContent-Type: " + type
                + "\r\nContent-Length: " + body.size() + "\r\n\r\n"));
        request.writeBytes(body.toByteArray());
        byte[] bytes = request.toByteArray();
        for (int flips = random.nextInt(12); flips > 0; flips--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return Arrays.copyOf(bytes, random.nextBoolean() ? bytes.length : random.nextInt(bytes.length));
    }

    /** What is no HTTP/2, or is at the beginning. */
    private static byte[] garbage(RandomGenerator random) {
        byte[] rest = new byte[random.nextInt(2000)];
        random.nextBytes(rest);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (random.nextBoolean()) {
            bytes.writeBytes(ascii(PREFACE));
        }
        bytes.writeBytes(rest);
        return bytes.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** All clients have closed theirs: a connection that the agent has not closed as well would stay for ever. */
    private static void awaitNoForeignConnection(int port) throws IOException {
        String local = String.format(Locale.ROOT, ":%04X", port);
        for (int attempts = 0; attempts < 5000; attempts++) {
            try (var lines = Files.lines(Path.of("/proc/net/tcp"))) {
                // Of the fields 1 is the local address, 3 the state: 08 is CLOSE_WAIT.
                if (lines.map(line -> line.strip().split("\\s+"))
                        .noneMatch(fields -> fields[1].endsWith(local) && fields[3].equals("08"))) {
                    return;
                }
            }
        }
        throw new AssertionError("connections that nobody closed");
    }
}

package dev.offramp.agent;

import static dev.offramp.agent.CameraCluster.camera;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.offramp.agent.ingress.Frames;
import dev.offramp.proto.tampered.Damage;
import dev.offramp.proto.tampered.Http2Bytes;
import dev.offramp.proto.tampered.OpenConnections;
import dev.offramp.proto.v1.CameraTelemetry;
import dev.offramp.proto.v1.Downstream;
import dev.offramp.proto.v1.Frame;
import dev.offramp.proto.v1.Hello;
import dev.offramp.proto.v1.Job;
import dev.offramp.proto.v1.JobId;
import dev.offramp.proto.v1.Offer;
import dev.offramp.proto.v1.OutcomesRequest;
import dev.offramp.proto.v1.Piece;
import dev.offramp.proto.v1.Transfer;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
    private static final int PICTURES_PER_SEED = 60;
    private static final Pattern REFUSED =
            Pattern.compile("offramp_frames_refused_total\\{code=\"([a-z_]+)\".*} (\\S+)");

    private CameraCluster cameras;
    private Leaks leaks;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        cameras = new CameraCluster(directory);
        cameras.add(camera("pushed", "push"));
        cameras.flood(20);
        leaks = new Leaks();
    }

    @AfterAll
    void stop() throws Exception {
        try (CameraCluster closing = cameras;
                Leaks closed = leaks) {
            closed.assertNone(() -> closing.flood(100));
        }
    }

    static LongStream seeds() {
        return LongStream.concat(LongStream.range(0, 3), LongStream.of(new SplittableRandom().nextLong()));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void leavesNothingBehind(long seed) throws Exception {
        RandomGenerator random = new SplittableRandom(seed);
        int http = cameras.cluster.agent("one").httpAddress().port();
        int data = cameras.cluster.agent("one").dataAddress().port();
        for (int i = 0; i < CONNECTIONS_PER_SEED; i++) {
            switch (random.nextInt(6)) {
                case 0 -> send(data, Http2Bytes.damagedCall(call("offramp.v1.Ingress/Frames"), random), random);
                case 1 -> send(data, disorder(random), random);
                case 2 -> send(http, disorder(random), random);
                default -> send(http, Damage.done(request(random), random), random);
            }
        }

        OpenConnections.awaitNoneLeft(http);
        OpenConnections.awaitNoneLeft(data);
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

    private static byte[] disorder(RandomGenerator random) throws IOException {
        return Http2Bytes.disorder(call("offramp.v1.Ingress/Outcomes"), "offramp.v1.DataPlane/Jobs", random);
    }

    private static byte[] call(String method) throws IOException {
        return Http2Bytes.call(
                1,
                method,
                Frame.newBuilder()
                        .setService("tiny")
                        .setCamera("pushed")
                        .setImage(ByteString.copyFrom(Frames.bytes("scene.jpg")))
                        .build()
                        .toByteArray());
    }

    /** Each has its answer, and each that is refused is counted under what the answer says. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void countsEveryPictureThatItRefuses(long seed) throws Exception {
        RandomGenerator random = new SplittableRandom(seed);
        byte[][] pictures = {Frames.bytes("scene.jpg"), Frames.bytes("progressive.jpg"), Frames.bytes("scene.png")};
        Map<String, Double> expected = refused();
        for (int i = 0; i < PICTURES_PER_SEED; i++) {
            HttpResponse<String> answer =
                    cameras.cluster.send("one", Damage.done(pictures[random.nextInt(pictures.length)], random));
            JsonObject json = new JsonObject(answer.body());
            if (answer.statusCode() == 200) {
                assertThat(json.getString("outcome")).isEqualTo("completed");
            } else {
                JsonObject error = json.getJsonObject("error");
                assertThat(error.getString("code")).isIn("decode", "oversize", "unsupported_media");
                assertThat(error.getString("expected")).isNotEmpty();
                expected.merge(error.getString("code"), 1.0, Double::sum);
            }
        }
        assertThat(refused()).isEqualTo(expected);
    }

    /** By code, over all services. */
    private Map<String, Double> refused() throws Exception {
        return REFUSED.matcher(cameras.cluster.get("one", "/metrics").body())
                .results()
                .collect(Collectors.toMap(
                        found -> found.group(1), found -> Double.valueOf(found.group(2)), Double::sum, TreeMap::new));
    }

    /** Messages of gRPC that are no protobuf, or another, or one that was damaged. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void refusesMessagesThatAreNone(long seed) throws Exception {
        RandomGenerator random = new SplittableRandom(seed);
        List<Call> calls = calls();
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        "127.0.0.1", cameras.cluster.agent("one").dataAddress().port())
                .usePlaintext()
                .build();
        try {
            for (int i = 0; i < 20; i++) {
                for (Call call : calls) {
                    CompletableFuture<Boolean> answered = new CompletableFuture<>();
                    StreamObserver<byte[]> requests = ClientCalls.asyncBidiStreamingCall(
                            channel.newCall(method(call.method()), CallOptions.DEFAULT), new Answered(answered));
                    int damaged = random.nextInt(call.messages().size());
                    for (int message = 0; message < call.messages().size(); message++) {
                        byte[] whole = call.messages().get(message);
                        requests.onNext(message == damaged ? Damage.done(whole, random) : whole);
                    }
                    requests.onCompleted();
                    var unused = answered.get(20, TimeUnit.SECONDS);
                }
            }
        } finally {
            channel.shutdownNow();
        }
        assertThat(cameras.cluster.send("one", Frames.bytes("scene.jpg")).statusCode())
                .isEqualTo(200);
        assertThat(cameras.cluster.get("one", "/metrics").body())
                .contains("offramp_conservation_residual 0.0")
                .contains("offramp_core_failures_total 0.0");
    }

    private static MethodDescriptor<byte[], byte[]> method(String name) {
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                .setFullMethodName("offramp.v1." + name)
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
    }

    private record Call(String method, List<byte[]> messages) {
        Call(String method, MessageLite... messages) {
            this(method, Arrays.stream(messages).map(MessageLite::toByteArray).toList());
        }
    }

    /** One of each kind that comes to an agent's door. */
    private static List<Call> calls() throws IOException {
        Job job = Job.newBuilder()
                .setId(JobId.newBuilder().setIngress("two").setIncarnation(3).setSequence(4))
                .setService("tiny")
                .setChain("a")
                .setEpoch(1)
                .setPolicyVersion(1)
                .addAllThresholds(List.of(2f, 2f, 2f))
                .setRemainingNanos(1_000_000_000)
                .setActivationBytes(64)
                .build();
        ByteString activation = ByteString.copyFrom(new byte[64]);
        return List.of(
                new Call(
                        "Ingress/Frames",
                        Frame.newBuilder()
                                .setService("tiny")
                                .setCamera("pushed")
                                .setImage(ByteString.copyFrom(Frames.bytes("scene.jpg")))
                                .build()),
                new Call(
                        "Ingress/Outcomes",
                        OutcomesRequest.newBuilder().setService("no-such").build()),
                new Call(
                        "DataPlane/Jobs",
                        Downstream.newBuilder()
                                .setHello(Hello.newBuilder().setNode("two").setIncarnation(3))
                                .build(),
                        Downstream.newBuilder()
                                .setOffer(Offer.newBuilder().setJob(job))
                                .build(),
                        Downstream.newBuilder()
                                .setTransfer(Transfer.newBuilder()
                                        .setJob(job)
                                        .setTotalBytes(128)
                                        .setActivation(activation))
                                .build(),
                        Downstream.newBuilder()
                                .setPiece(Piece.newBuilder().setActivation(activation))
                                .build()));
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
                    assertThat(cameras.await(kind + i, camera -> camera.getReconnects() > 1)
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

    @Test
    void takesTheGoodPicturesOfABrokerWhoseMostAreDamaged() throws Exception {
        try (TamperedBroker broker = new TamperedBroker(new SplittableRandom(12), Frames.bytes("scene.jpg"))) {
            cameras.add(camera("damaged", "mqtt://127.0.0.1:" + broker.port() + "/topic"));

            CameraTelemetry camera = cameras.await("damaged", one -> one.getReconnects() > 1 && one.getServed() > 10);
            assertThat(camera.getSkippedMap()).containsKey("decode");
            assertThat(camera.getSkippedMap().keySet())
                    .isSubsetOf("decode", "oversize", "unsupported_media", "newer", "busy");
            cameras.remove("damaged");
            broker.awaitNoConnection();
        }
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
        return request.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}

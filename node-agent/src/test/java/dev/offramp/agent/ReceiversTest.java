package dev.offramp.agent;

import static dev.offramp.agent.CameraCluster.camera;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.offramp.agent.ingress.Frames;
import dev.offramp.partition.feed.FeedUrl;
import dev.offramp.partition.feed.Receiver;
import dev.offramp.partition.feed.ReceiverId;
import dev.offramp.proto.v1.Frame;
import dev.offramp.proto.v1.FrameFate;
import dev.offramp.proto.v1.IngressGrpc;
import dev.offramp.proto.v1.OutcomeReport;
import dev.offramp.proto.v1.OutcomesRequest;
import dev.offramp.proto.v1.ReceiverTelemetry;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Who hears of outcomes, and who reads too slowly. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class ReceiversTest {
    private static final String SECRET = "0123456789abcdef";
    private static final long PATIENCE_SECONDS = 20;
    private static final int FLOOD = 300;
    private static final int MOST_FLOODS = 60;

    private CameraCluster cameras;

    /** A request that came to the webhook. */
    private record Posted(String timestamp, String signature, String body) {}

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        cameras = new CameraCluster(directory);
    }

    @AfterAll
    void stop() {
        cameras.close();
    }

    private void sendFrame() throws Exception {
        assertThat(cameras.cluster.send("one", Frames.bytes("scene.jpg")).statusCode())
                .isEqualTo(200);
    }

    private static HttpServer webhook(BlockingQueue<Posted> posted, int... statuses) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        AtomicInteger request = new AtomicInteger();
        server.createContext("/hook", exchange -> {
            posted.add(new Posted(
                    exchange.getRequestHeaders().getFirst("Offramp-Timestamp"),
                    exchange.getRequestHeaders().getFirst("Offramp-Signature"),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            answer(exchange, statuses[Math.min(request.getAndIncrement(), statuses.length - 1)]);
        });
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private static Receiver receiver(String name, int port) {
        return new Receiver(
                new ReceiverId(name), CameraCluster.SERVICE, new FeedUrl("http://127.0.0.1:" + port + "/hook"), SECRET);
    }

    private static Posted next(BlockingQueue<Posted> posted) throws InterruptedException {
        Posted next = posted.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(next).as("a request within %d s", PATIENCE_SECONDS).isNotNull();
        return next;
    }

    @Test
    void aWebhookGetsSignedOutcomesAndIsTriedAgain() throws Exception {
        BlockingQueue<Posted> posted = new LinkedBlockingQueue<>();
        HttpServer server = webhook(posted, 503, 200);
        try {
            cameras.add(receiver("hook", server.getAddress().getPort()));
            sendFrame();

            Posted first = next(posted);
            Posted second = next(posted);
            assertThat(second.body()).isEqualTo(first.body());
            assertThat(new JsonObject(second.body()).getString("outcome")).isEqualTo("completed");
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            assertThat(second.signature())
                    .isEqualTo("sha256="
                            + HexFormat.of()
                                    .formatHex(mac.doFinal((second.timestamp() + "." + second.body())
                                            .getBytes(StandardCharsets.UTF_8))));
            cameras.awaitReceiver("hook", one -> one.getUp() && one.getSent() == 1);
        } finally {
            cameras.removeReceiver("hook");
            server.stop(0);
        }
    }

    @Test
    void whatAWebhookRejectsIsDroppedAndTheNextIsSent() throws Exception {
        BlockingQueue<Posted> posted = new LinkedBlockingQueue<>();
        HttpServer server = webhook(posted, 401, 200);
        try {
            cameras.add(receiver("picky", server.getAddress().getPort()));
            sendFrame();
            next(posted);
            assertThat(cameras.awaitReceiver("picky", one -> one.getDroppedMap().containsKey("rejected"))
                            .getProblem())
                    .contains("answers 401: expected 200");
            sendFrame();
            cameras.awaitReceiver("picky", one -> one.getUp() && one.getSent() == 1);
        } finally {
            cameras.removeReceiver("picky");
            server.stop(0);
        }
    }

    /** It takes connections and never answers. */
    @Test
    void aWebhookThatHangsCostsItsOwnOutcomesOnly() throws Exception {
        try (java.net.ServerSocket hanging = new java.net.ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            cameras.add(receiver("hanging", hanging.getLocalPort()));
            cameras.flood(FLOOD);
            ReceiverTelemetry receiver =
                    cameras.awaitReceiver("hanging", one -> one.getDroppedMap().containsKey("queue_full"));

            assertThat(receiver.getSent()).isZero();
            sendFrame();
        } finally {
            cameras.removeReceiver("hanging");
        }
    }

    /** A webhook that answers byte by byte, and a broker that takes connections and says nothing. */
    @Tag("slow")
    @Test
    void receiversThatNeverComeToAnEndAreGivenUp() throws Exception {
        byte[] head = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
        try (ScriptedServer dripping = new ScriptedServer(head, new byte[1]);
                ScriptedServer silent = new ScriptedServer(new byte[0])) {
            cameras.add(receiver("dripping", dripping.port()));
            cameras.add(new Receiver(
                    new ReceiverId("silent"),
                    CameraCluster.SERVICE,
                    new FeedUrl("mqtt://127.0.0.1:" + silent.port()),
                    ""));
            sendFrame();

            cameras.awaitReceiver("dripping", one -> one.getProblem().startsWith("no answer of"));
            cameras.awaitReceiver("silent", one -> one.getProblem().contains("does not answer"));
            cameras.removeReceiver("dripping");
            cameras.removeReceiver("silent");
            dripping.awaitNoConnection();
            silent.awaitNoConnection();
        }
    }

    @Test
    void linesOfJsonAreStreamedToWhoeverAsksForThem() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(cameras.cluster.uri("one", "/v1/services/tiny/outcomes"))
                .header("Accept", "application/x-ndjson")
                .build();
        var response = cameras.cluster.client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.headers().firstValue("Content-Type")).contains("application/x-ndjson");
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).isEmpty();
            sendFrame();

            assertThat(new JsonObject(lines.readLine()).getString("outcome")).isEqualTo("completed");
        }
    }

    /** It never reads: once its buffers are full outcomes are dropped for it, and frames are answered as before. */
    @Tag("slow")
    @Test
    void aSubscriberThatStopsReadingCostsNobodyElseAnything() throws Exception {
        try (Socket deaf = new Socket()) {
            deaf.setReceiveBufferSize(4096);
            deaf.connect(new InetSocketAddress(
                    "127.0.0.1", cameras.cluster.agent("one").httpAddress().port()));
            deaf.getOutputStream()
                    .write("GET /v1/services/tiny/outcomes HTTP/1.1\r\nHost: one\r\n\r\n"
                            .getBytes(StandardCharsets.ISO_8859_1));
            for (int i = 0; i < MOST_FLOODS && dropped() == 0; i++) {
                cameras.flood(FLOOD);
            }
            assertThat(dropped()).isPositive();
            linesOfJsonAreStreamedToWhoeverAsksForThem();
        }
    }

    private long dropped() throws Exception {
        Matcher found = Pattern.compile("offramp_outcomes_dropped_total (\\d+)")
                .matcher(cameras.cluster.get("one", "/metrics").body());
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }

    private ManagedChannel channel() {
        return NettyChannelBuilder.forAddress(
                        "127.0.0.1", cameras.cluster.agent("one").dataAddress().port())
                .usePlaintext()
                .flowControlWindow(64 << 10)
                .build();
    }

    @Test
    void everyFrameSentOverGrpcHasOneFate() throws Exception {
        cameras.add(camera("grpc", "push"));
        ManagedChannel channel = channel();
        BlockingQueue<FrameFate> fates = new LinkedBlockingQueue<>();
        try {
            StreamObserver<Frame> frames = IngressGrpc.newStub(channel).frames(into(fates));
            byte[][] images = {Frames.bytes("scene.jpg"), new byte[0], new byte[300_000], Frames.bytes("scene.png")};
            for (int i = 0; i < images.length; i++) {
                frames.onNext(Frame.newBuilder()
                        .setService("tiny")
                        .setCamera("grpc")
                        .setNumber(i)
                        .setImage(ByteString.copyFrom(images[i]))
                        .build());
            }
            frames.onCompleted();

            FrameFate[] byNumber = new FrameFate[images.length];
            for (int i = 0; i < images.length; i++) {
                FrameFate fate = fates.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                assertThat(byNumber[(int) fate.getNumber()]).as("its only fate").isNull();
                byNumber[(int) fate.getNumber()] = fate;
            }
            assertThat(byNumber[0].getOutcome().getCamera()).isEqualTo("grpc");
            assertThat(byNumber[0].getOutcome().getOutcome().hasCompleted()).isTrue();
            assertThat(byNumber[1].getRefused().getCode()).isEqualTo("decode");
            assertThat(byNumber[2].getRefused().getCode()).isEqualTo("oversize");
            assertThat(byNumber[3].hasOutcome()).isTrue();
        } finally {
            channel.shutdownNow();
            cameras.remove("grpc");
        }
    }

    @Test
    void framesOfACameraThatNobodyAddedAreRefused() throws Exception {
        ManagedChannel channel = channel();
        BlockingQueue<FrameFate> fates = new LinkedBlockingQueue<>();
        try {
            IngressGrpc.newStub(channel)
                    .frames(into(fates))
                    .onNext(Frame.newBuilder()
                            .setService("tiny")
                            .setCamera("nobody")
                            .build());

            assertThat(fates.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)
                            .getRefused()
                            .getCode())
                    .isEqualTo("unknown_camera");
        } finally {
            channel.shutdownNow();
        }
        assertThat(cameras.cluster
                        .post("one", "/v1/services/tiny/cameras/nobody", Frames.bytes("scene.jpg"))
                        .statusCode())
                .isEqualTo(404);
    }

    private static <T> StreamObserver<T> into(BlockingQueue<T> queue) {
        return new StreamObserver<>() {
            @Override
            public void onNext(T message) {
                queue.add(message);
            }

            @Override
            public void onError(Throwable t) {}

            @Override
            public void onCompleted() {}
        };
    }

    @Tag("slow")
    @Test
    void outcomesAreStreamedOverGrpcAndASlowReaderIsToldWhatItMissed() throws Exception {
        ManagedChannel channel = channel();
        Reader reader = new Reader();
        try {
            IngressGrpc.newStub(channel)
                    .outcomes(OutcomesRequest.newBuilder().setService("tiny").build(), reader);
            reader.requests.request(1);
            long before = dropped();
            for (int i = 0; i < MOST_FLOODS && dropped() == before; i++) {
                cameras.flood(FLOOD);
            }
            reader.requests.request(Integer.MAX_VALUE);

            assertThat(reader.next().getOutcome().hasCompleted()).isTrue();
            while (reader.reports.poll(1, TimeUnit.SECONDS) != null) {
                // What was on its way.
            }
            sendFrame();
            assertThat(reader.next().getMissed()).isPositive();
        } finally {
            channel.shutdownNow();
        }
    }

    /** Reads when it is told to. */
    private static final class Reader implements ClientResponseObserver<OutcomesRequest, OutcomeReport> {
        final BlockingQueue<OutcomeReport> reports = new LinkedBlockingQueue<>();
        ClientCallStreamObserver<OutcomesRequest> requests;

        OutcomeReport next() throws InterruptedException {
            OutcomeReport next = reports.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(next).isNotNull();
            return next;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<OutcomesRequest> stream) {
            requests = stream;
            stream.disableAutoRequestWithInitial(0);
        }

        @Override
        public void onNext(OutcomeReport report) {
            reports.add(report);
        }

        @Override
        public void onError(Throwable t) {}

        @Override
        public void onCompleted() {}
    }
}

package dev.offramp.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.agent.ingress.Frames;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Overflow;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** One agent that holds the whole chain, over HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class IngressTest {
    private static final String FRAMES = "/v1/services/tiny/frames";
    private static final String OUTCOMES = "/v1/services/tiny/outcomes";

    private Cluster cluster;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        cluster = new Cluster(directory);
        cluster.start("one", "--max-body", "64KiB", "--max-frame-side", "1000");
        NodeId one = new NodeId("one");
        cluster.deploy(
                1,
                TinyNetwork.service(Overflow.DROP_NEW, Duration.ofSeconds(5), one, one, one),
                TinyNetwork.policy(1, 2, 2, 2));
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    private void assertRefused(HttpResponse<String> response, int status, String code) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonObject error = new JsonObject(response.body()).getJsonObject("error");
        assertThat(error.getString("code")).isEqualTo(code);
        assertThat(error.getString("message")).isNotBlank();
        assertThat(error.getString("expected")).isNotBlank();
        assertThat(error.getString("hint")).isNotBlank();
        assertThat(cluster.get("one", "/metrics").body())
                .containsPattern("offramp_frames_refused_total\\{code=\"" + code + "\",service=\"(tiny)?\"} [1-9]");
        assertThat(cluster.send("one", Frames.bytes("scene.png")).statusCode())
                .as("the next good frame")
                .isEqualTo(200);
    }

    @Test
    void refusesFramesThatAreNoImages() throws Exception {
        byte[] jpeg = Frames.bytes("scene.jpg");
        assertRefused(cluster.send("one", new byte[0]), 400, "decode");
        assertRefused(cluster.send("one", Arrays.copyOf(jpeg, jpeg.length / 2)), 400, "decode");
        assertRefused(cluster.send("one", "hello".getBytes(StandardCharsets.UTF_8)), 415, "unsupported_media");
        assertRefused(cluster.send("one", jpeg, "Content-Type", "text/plain"), 415, "unsupported_media");
    }

    @Test
    void refusesBodiesLargerThanAllowed() throws Exception {
        assertRefused(cluster.send("one", new byte[100_000]), 413, "oversize");
    }

    /** Sends bytes as they are and reads what comes until the agent closes, or until it has nothing to say. */
    private String raw(String head, int bodyBytes) throws IOException {
        try (Socket socket =
                new Socket("127.0.0.1", cluster.agent("one").httpAddress().port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().write(new byte[bodyBytes]);
            byte[] answer = new byte[4096];
            int read = socket.getInputStream().read(answer);
            return new String(answer, 0, Math.max(0, read), StandardCharsets.UTF_8);
        }
    }

    private static String post(long contentLength) {
        return "POST %s HTTP/1.1\r\nHost: one\r\nContent-Length: %d\r\n\r\n".formatted(FRAMES, contentLength);
    }

    @Test
    void refusesABodyAnnouncedTooLargeBeforeItComes() throws Exception {
        assertThat(raw(post(1_000_000), 0)).startsWith("HTTP/1.1 413 ").contains("oversize");
    }

    @Test
    void doesNotReadABodyWithoutEnd() throws Exception {
        try (Socket socket =
                new Socket("127.0.0.1", cluster.agent("one").httpAddress().port())) {
            socket.getOutputStream().write(post(1L << 40).getBytes(StandardCharsets.ISO_8859_1));
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1000; i++) {
                            socket.getOutputStream().write(new byte[100_000]);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    /** Eight bodies of the largest size have room; without their last bytes they stay, and there is none for a ninth. */
    @Test
    void holdsNoMoreBodiesThanItHasRoomFor() throws Exception {
        List<Socket> cameras = new ArrayList<>();
        try {
            for (int i = 0; i < 9; i++) {
                Socket camera = new Socket(
                        "127.0.0.1", cluster.agent("one").httpAddress().port());
                cameras.add(camera);
                camera.getOutputStream().write(post(65_536).getBytes(StandardCharsets.ISO_8859_1));
                camera.getOutputStream().write(new byte[65_535]);
            }
            awaitRefusals("busy", 1);
        } finally {
            for (Socket camera : cameras) {
                camera.close();
            }
        }
        // Those that broke off were counted, and hold nothing any more.
        awaitRefusals("bad_request", 8);
        assertThat(cluster.send("one", Frames.bytes("scene.png")).statusCode()).isEqualTo(200);
    }

    private void awaitRefusals(String code, int atLeast) throws Exception {
        for (int attempts = 0; attempts < 2000; attempts++) {
            Matcher found = Pattern.compile("refused_total\\{code=\"" + code + "\",service=\"tiny\"} (\\d+)")
                    .matcher(cluster.get("one", "/metrics").body());
            if (found.find() && Integer.parseInt(found.group(1)) >= atLeast) {
                return;
            }
        }
        throw new AssertionError("fewer than " + atLeast + " refusals as " + code);
    }

    @Test
    void countsWhatIsNoHttp() throws Exception {
        assertThat(raw("GARBAGE\r\n\r\n", 0)).startsWith("HTTP/1.0 400 ");
        assertThat(cluster.get("one", "/metrics").body())
                .containsPattern("offramp_frames_refused_total\\{code=\"bad_request\",service=\"\"} [1-9]");
    }

    @Test
    void refusesWhatItDoesNotKnow() throws Exception {
        byte[] jpeg = Frames.bytes("scene.jpg");
        assertRefused(cluster.post("one", "/v1/services/other/frames", jpeg), 404, "unknown_service");
        assertRefused(cluster.post("one", "/v1/services/NO-NAME/frames", jpeg), 404, "unknown_service");
        assertRefused(cluster.get("one", "/v1/services/other/outcomes"), 404, "unknown_service");
        assertRefused(cluster.get("one", "/v2"), 404, "not_found");
        assertRefused(cluster.get("one", FRAMES), 405, "method_not_allowed");
        assertRefused(cluster.post("one", FRAMES + "?wait=maybe", jpeg), 400, "bad_request");
        assertRefused(cluster.send("one", jpeg, "Offramp-Truth", "airship"), 400, "bad_request");
        assertRefused(cluster.send("one", jpeg, "Offramp-Truth", "3"), 400, "bad_request");
    }

    @Test
    void takesTheTruthByNameAndByIndex() throws Exception {
        byte[] jpeg = Frames.bytes("scene.jpg");
        String found = new JsonObject(cluster.send("one", jpeg).body())
                .getJsonObject("label")
                .getString("name");

        assertThat(cluster.send("one", jpeg, "Offramp-Truth", found).statusCode())
                .isEqualTo(200);
        assertThat(cluster.send("one", jpeg, "Offramp-Truth", "1").statusCode()).isEqualTo(200);

        assertThat(cluster.get("one", "/metrics").body())
                .containsPattern("offramp_jobs_correct_total\\{exit=\"3\",service=\"tiny\"} [1-9]")
                .containsPattern("offramp_jobs_with_truth_total\\{exit=\"3\",service=\"tiny\"} ([2-9]|[1-9]\\d)");
    }

    @Test
    void answersAtOnceWithAJobIdAndStreamsItsOutcome() throws Exception {
        HttpResponse<InputStream> stream = cluster.client.send(
                HttpRequest.newBuilder(cluster.uri("one", OUTCOMES)).build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(stream.headers().firstValue("Content-Type")).contains("text/event-stream");
        try (InputStream in = stream.body();
                Stream<String> lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).lines()) {
            Iterator<String> events = lines.iterator();
            assertThat(events.next()).isEqualTo(": outcomes of tiny");

            HttpResponse<String> accepted = cluster.post("one", FRAMES + "?wait=false", Frames.bytes("scene.jpg"));
            assertThat(accepted.statusCode()).isEqualTo(202);
            String job = new JsonObject(accepted.body()).getString("job");

            JsonObject outcome =
                    CompletableFuture.supplyAsync(() -> outcomeOf(job, events)).get(20, TimeUnit.SECONDS);
            assertThat(outcome.getString("outcome")).isEqualTo("completed");
            assertThat(outcome.getInteger("exit")).isEqualTo(3);
        }
    }

    private static JsonObject outcomeOf(String job, Iterator<String> events) {
        while (true) {
            String line = events.next();
            if (line.startsWith("data: {") && line.contains("\"" + job + "\"")) {
                return new JsonObject(line.substring("data: ".length()));
            }
        }
    }

    @Test
    void splitsTheLatency() throws Exception {
        JsonObject latency =
                new JsonObject(cluster.send("one", Frames.bytes("scene.jpg")).body()).getJsonObject("latencyMs");

        assertThat(latency.getDouble("compute")).isPositive();
        assertThat(latency.getDouble("queueing") + latency.getDouble("compute") + latency.getDouble("network"))
                .isCloseTo(latency.getDouble("total"), within(0.01));
    }

    @Test
    void saysHowItIs() throws IOException, InterruptedException {
        JsonObject health = new JsonObject(cluster.get("one", "/healthz").body());

        assertThat(health.getString("status")).isEqualTo("ok");
        assertThat(health.getString("node")).isEqualTo("one");
        assertThat(health.getLong("epoch")).isEqualTo(1);
        assertThat(health.getBoolean("coordinatorAttached")).isTrue();
        assertThat(health.getLong("conservationResidual")).isZero();
    }
}

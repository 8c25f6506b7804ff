package dev.offramp.agent;

import static dev.offramp.agent.CameraCluster.camera;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.ingress.Frames;
import dev.offramp.partition.feed.Feeds;
import dev.offramp.proto.v1.CameraTelemetry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Cameras that are scripts of a few bytes, and what an agent makes of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class CamerasTest {
    private static final String ESP32_BOUNDARY = "123456789000000000000987654321";

    private CameraCluster cameras;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        cameras = new CameraCluster(directory);
    }

    @AfterAll
    void stop() {
        cameras.close();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] part(String boundary, byte[] frame) {
        byte[] head = ascii(
                "\r\n--%s\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n".formatted(boundary, frame.length));
        byte[] part = java.util.Arrays.copyOf(head, head.length + frame.length);
        System.arraycopy(frame, 0, part, head.length, frame.length);
        return part;
    }

    private static byte[] head(String contentType) {
        return ascii("HTTP/1.1 200 OK\r\nContent-Type: " + contentType + "\r\n\r\n");
    }

    private static byte[] esp32() {
        return head("multipart/x-mixed-replace;boundary=" + ESP32_BOUNDARY);
    }

    @Test
    void takesTheFramesOfAnEsp32() throws Exception {
        try (ScriptedServer server = new ScriptedServer(esp32(), part(ESP32_BOUNDARY, Frames.bytes("scene.jpg")))) {
            cameras.add(camera("esp32", "http://127.0.0.1:" + server.port() + "/stream"));

            CameraTelemetry camera = cameras.awaitServed("esp32", 5);

            assertThat(camera.getState()).isEqualTo("streaming");
            assertThat(camera.getFramesPerSecond()).isPositive();
            assertThat(server.firstRequest()).startsWith("GET /stream HTTP/1.1\r\n");
            cameras.remove("esp32");
            server.awaitNoConnection();
        }
    }

    @Test
    void countsPoisonFramesAndServesThoseBetween() throws Exception {
        byte[] good = Frames.bytes("scene.jpg");
        byte[] huge = good.clone();
        int header = indexOfFrameHeader(huge);
        for (int i = 5; i < 9; i++) {
            huge[header + i] = (byte) 0xFF;
        }
        try (ScriptedServer server = new ScriptedServer(
                head("multipart/x-mixed-replace; boundary=b"),
                part("b", good),
                part("b", java.util.Arrays.copyOf(good, good.length / 2)),
                part("b", new byte[0]),
                part("b", ascii("not an image")),
                part("b", huge),
                part("b", new byte[300_000]))) {
            cameras.add(camera("poison", "http://127.0.0.1:" + server.port() + "/"));

            CameraTelemetry camera = cameras.await(
                    "poison",
                    one -> one.getServed() > 0
                            && one.getSkippedMap()
                                    .keySet()
                                    .containsAll(java.util.List.of("decode", "unsupported_media", "oversize")));

            assertThat(camera.getSkippedMap().get("decode")).isPositive();
            cameras.remove("poison");
        }
    }

    private static int indexOfFrameHeader(byte[] jpeg) {
        for (int at = 2; ; at += 2 + ((jpeg[at + 2] & 0xFF) << 8 | jpeg[at + 3] & 0xFF)) {
            if ((jpeg[at + 1] & 0xFF) == 0xC0 || (jpeg[at + 1] & 0xFF) == 0xC2) {
                return at;
            }
        }
    }

    @Test
    void saysWhyACameraIsNotThere() throws Exception {
        cameras.add(camera("nobody", "http://127.0.0.1:" + CameraCluster.freePort() + "/"));
        assertThat(cameras.await("nobody", camera -> camera.getReconnects() > 0).getProblem())
                .contains("no answer of http://127.0.0.1");
        cameras.remove("nobody");
        try (ScriptedServer server = new ScriptedServer(ascii("HTTP/1.1 401 Unauthorized\r\n\r\n"), new byte[0])) {
            cameras.add(camera("locked", "http://admin:wrong@127.0.0.1:" + server.port() + "/"));

            CameraTelemetry camera = cameras.await("locked", one -> one.getReconnects() > 0);

            assertThat(camera.getProblem()).contains("answers 401 Unauthorized").doesNotContain("wrong");
            assertThat(server.firstRequest()).containsIgnoringCase("authorization: Basic YWRtaW46d3Jvbmc=");
            cameras.remove("locked");
        }
    }

    @Test
    void leavesABrokerThatDoesNotAnswer() throws Exception {
        try (ScriptedServer silent = new ScriptedServer(new byte[0])) {
            cameras.add(camera("silent", "mqtt://127.0.0.1:" + silent.port() + "/topic"));
            cameras.await("silent", camera -> camera.getReconnects() > 1);

            cameras.remove("silent");

            silent.awaitNoConnection();
        }
    }

    @Test
    void waitsForCamerasBeyondLoopbackOnlyWhereItMayListenThere() throws Exception {
        cameras.add(camera("anybody", "tcp://0.0.0.0:" + CameraCluster.freePort() + "?listen"));

        assertThat(cameras.await("anybody", camera -> !camera.getProblem().isEmpty())
                        .getProblem())
                .contains("is not on loopback", "expected 127.0.0.1");
        cameras.remove("anybody");
    }

    @Test
    void countsAFrameThatIsTooLargeOnce() throws Exception {
        cameras.add(camera("large", "push"));
        double before = oversize();

        assertThat(cameras.cluster
                        .post("one", "/v1/services/tiny/cameras/large", new byte[300_000])
                        .statusCode())
                .isEqualTo(413);

        assertThat(cameras.await("large", camera -> camera.getFrames() > 0).getSkippedMap())
                .containsExactly(java.util.Map.entry("oversize", 1L));
        assertThat(oversize()).isEqualTo(before + 1);
        cameras.remove("large");
    }

    /** Frames refused, whether or not their service was known by then. */
    private double oversize() throws Exception {
        return Pattern.compile("offramp_frames_refused_total\\{code=\"oversize\".*} (\\S+)")
                .matcher(cameras.cluster.get("one", "/metrics").body())
                .results()
                .mapToDouble(found -> Double.parseDouble(found.group(1)))
                .sum();
    }

    @Test
    void neverTakesMoreThanTheCap() throws Exception {
        try (ScriptedServer server = new ScriptedServer(esp32(), part(ESP32_BOUNDARY, Frames.bytes("scene.jpg")))) {
            cameras.add(camera("capped", "http://127.0.0.1:" + server.port() + "/", 2));

            CameraTelemetry camera = cameras.await("capped", one -> one.getServed() >= 8);

            assertThat(camera.getSkippedMap().get("rate")).isPositive();
            assertThat(camera.getServedPerSecond()).isLessThan(2.6);
            assertThat(camera.getFramesPerSecond()).isGreaterThan(camera.getServedPerSecond());
            cameras.remove("capped");
        }
    }

    @Test
    void showsItsCamerasAsMetrics() throws Exception {
        try (ScriptedServer server = new ScriptedServer(esp32(), part(ESP32_BOUNDARY, Frames.bytes("scene.jpg")))) {
            cameras.add(camera("shown", "http://127.0.0.1:" + server.port() + "/"));
            cameras.awaitServed("shown", 1);

            assertThat(cameras.cluster.get("one", "/metrics").body())
                    .contains("offramp_camera_up{camera=\"shown\",service=\"tiny\"} 1.0")
                    .containsPattern("offramp_camera_frames_served_total\\{camera=\"shown\",service=\"tiny\"} [1-9]");
            cameras.remove("shown");
            assertThat(cameras.cluster.get("one", "/metrics").body())
                    .contains("offramp_camera_up{camera=\"shown\",service=\"tiny\"} 0.0");
        }
    }

    @Test
    void keepsItsCamerasOverARestartWithoutACoordinatorsWord(@TempDir Path directory) throws Exception {
        try (CameraCluster own = new CameraCluster(directory);
                ScriptedServer server = new ScriptedServer(esp32(), part(ESP32_BOUNDARY, Frames.bytes("scene.jpg")))) {
            own.add(camera("kept", "http://127.0.0.1:" + server.port() + "/"));
            own.awaitServed("kept", 1);

            own.cluster.stop("one");
            own.start();

            own.awaitServed("kept", 1);
            assertThat(own.tell(Feeds.none()).getError()).contains("feeds 0 are older than feeds 1");
            assertThat(own.tell(Feeds.none()).getFeedsVersion()).isEqualTo(1);
        }
    }
}

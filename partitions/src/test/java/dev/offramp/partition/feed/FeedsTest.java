package dev.offramp.partition.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FeedsTest {
    private static final ServiceId SERVICE = new ServiceId("s");

    private static Camera camera(String name, String node, String source) {
        return new Camera(new CameraId(name), SERVICE, new NodeId(node), new FeedUrl(source), CameraLimits.usual());
    }

    @ParameterizedTest
    @CsvSource({
        "push, PUSH",
        "http://cam/, MJPEG",
        "HTTPS://cam:8443/a?b=c, MJPEG",
        "mqtt://broker/a/b, MQTT",
        "mqtts://broker/a, MQTT",
        "tcp://cam:5000, TCP",
        "tcp://0.0.0.0:5000?listen, TCP_LISTEN",
        "rtsp://cam/stream, RTSP"
    })
    void theSchemeSaysTheKind(String source, CameraKind kind) {
        assertThat(camera("c", "n", source).kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "cam",
                "/path",
                "http:",
                "http:///x",
                "http://a b/",
                "http://cam:99999/",
                "ftp://cam/",
                "mqtt://broker",
                "mqtt://broker/a+b",
                "mqtt://broker/%23",
                "tcp://cam",
                "tcp://cam:5/x",
                "http://ca_m/"
            })
    void refusesWhatIsNoCameraAndSaysWhatIsExpected(String source) {
        assertThatThrownBy(() -> camera("c", "n", source))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }

    @Test
    void takesAUrlApart() {
        FeedUrl url = new FeedUrl("http://us%40er:pa%3Ass@[::1]:81/a%20b?c=d");

        assertThat(url.host()).isEqualTo("::1");
        assertThat(url.port(80)).isEqualTo(81);
        assertThat(new FeedUrl("http://cam").port(80)).isEqualTo(80);
        assertThat(url.target()).isEqualTo("/a%20b?c=d");
        assertThat(new FeedUrl("http://cam").target()).isEqualTo("/");
        assertThat(url.path()).isEqualTo("a b");
        assertThat(url.user()).isEqualTo(Optional.of("us@er"));
        assertThat(url.password()).isEqualTo(Optional.of("pa:ss"));
    }

    @Test
    void neverShowsPasswords() {
        assertThat(new FeedUrl("rtsp://admin:secret@cam/x")).hasToString("rtsp://***@cam/x");
        assertThatThrownBy(() -> new FeedUrl("http://admin:secret@ca m/"))
                .hasMessageContaining("***")
                .hasMessageNotContaining("secret");
        assertThat(new FeedUrl("http://cam/s?user=admin&pwd=secret&x")).hasToString("http://cam/s?user=***&pwd=***&x");
        for (String broken :
                List.of("http://u:sec/ret@cam/", "http://u:sec@ret@cam/", "u:sec-ret@cam", "http://c m/?a=ret")) {
            assertThatThrownBy(() -> new FeedUrl(broken))
                    .hasMessageContaining("***")
                    .hasMessageNotContaining("sec")
                    .hasMessageNotContaining("ret");
        }
        assertThat(new Receiver(new ReceiverId("r"), SERVICE, new FeedUrl("https://hook/"), "0123456789abcdef")
                        .toString())
                .doesNotContain("0123456789abcdef");
    }

    @Test
    void showsNothingOfWhatOthersSayThatMovesACursor() {
        assertThat(Remark.shown("401 \u001B[2Jgone\r\n12:00 INFO all is well\u202E!"))
                .isEqualTo("401  [2Jgone 12:00 INFO all is well !");
        assertThat(Remark.shown("x".repeat(10_000))).hasSizeLessThan(600);
    }

    @Test
    void knowsTheMachineItself() {
        assertThat(List.of("127.0.0.1", "127.1.2.3", "localhost", "[::1]"))
                .allMatch(host -> new FeedUrl("tcp://" + host + ":1").isLoopback());
        assertThat(List.of("0.0.0.0", "[::]", "127.example.org", "10.0.0.1"))
                .noneMatch(host -> new FeedUrl("tcp://" + host + ":1").isLoopback());
    }

    @Test
    void refusesReceiversThatCannotWork() {
        ReceiverId id = new ReceiverId("r");
        assertThatThrownBy(() -> new Receiver(id, SERVICE, new FeedUrl("https://hook/"), "short"))
                .hasMessageContaining("expected at least 16");
        assertThatThrownBy(() -> new Receiver(id, SERVICE, new FeedUrl("mqtt://broker/a"), "0123456789abcdef"))
                .hasMessageContaining("expected no secret");
        assertThatThrownBy(() -> new Receiver(id, SERVICE, FeedUrl.PUSH, "")).hasMessageContaining("expected mqtt");
        assertThatThrownBy(() -> new Receiver(id, SERVICE, new FeedUrl("mqtt://broker/a/%23"), ""))
                .hasMessageContaining("one topic");
    }

    @Test
    void refusesLimitsOutOfRange() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new CameraLimits(0, second, 1)).hasMessageContaining("more than 0");
        assertThatThrownBy(() -> new CameraLimits(Double.NaN, second, 1)).hasMessageContaining("more than 0");
        assertThatThrownBy(() -> new CameraLimits(1, Duration.ZERO, 1)).hasMessageContaining("100ms");
        assertThatThrownBy(() -> new CameraLimits(1, second, 65)).hasMessageContaining("1 to 64");
    }

    @Test
    void everyChangeIsANewVersionAndANodeSeesItsOwnCameras() {
        Feeds feeds = Feeds.none()
                .with(camera("a", "one", "push"))
                .with(camera("b", "two", "push"))
                .with(new Receiver(new ReceiverId("r"), SERVICE, new FeedUrl("mqtt://broker"), ""));

        assertThat(feeds.version()).isEqualTo(3);
        assertThat(feeds.of(new NodeId("one")).cameras()).containsOnlyKeys(new CameraId("a"));
        assertThat(feeds.of(new NodeId("one")).receivers()).hasSize(1);
        assertThat(feeds.without(new CameraId("a")).without(new ReceiverId("r")).version())
                .isEqualTo(5);
    }
}

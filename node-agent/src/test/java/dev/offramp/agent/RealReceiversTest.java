package dev.offramp.agent;

import static dev.offramp.agent.CameraCluster.camera;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.ingress.Frames;
import dev.offramp.partition.feed.FeedUrl;
import dev.offramp.partition.feed.Receiver;
import dev.offramp.partition.feed.ReceiverId;
import dev.offramp.proto.tampered.Relay;
import dev.offramp.proto.v1.ReceiverTelemetry;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Outcomes at a real broker. */
@Tag("slow")
class RealReceiversTest {
    private static final int FLOOD = 500;
    private static final int MOST_FLOODS = 60;

    @TempDir
    private Path directory;

    private static Receiver broker(int port, String prefix) {
        return new Receiver(
                new ReceiverId("home"),
                CameraCluster.SERVICE,
                new FeedUrl("mqtt://127.0.0.1:" + port + "/" + prefix),
                "");
    }

    private static JsonObject message(String line) {
        return new JsonObject(line.substring(line.indexOf(' ') + 1));
    }

    @Test
    void mosquittoHearsOutcomesAndHomeAssistantFindsThem() throws Exception {
        Broker.require();
        int port = CameraCluster.freePort();
        try (CameraCluster cameras = new CameraCluster(directory);
                Broker broker = Broker.start(directory, port);
                Program all = broker.subscribe("#");
                Relay relay = new Relay(port)) {
            cameras.add(broker(relay.port(), "house"));
            cameras.add(camera("door", "push"));
            all.awaitLine("house/tiny/one/availability online"::equals);

            cameras.cluster.post("one", "/v1/services/tiny/cameras/door", Frames.bytes("scene.jpg"));

            JsonObject sensor = message(
                    all.awaitLine(line -> line.startsWith("homeassistant/sensor/offramp_home_AT_one/door/config ")));
            assertThat(sensor.getString("state_topic")).isEqualTo("house/tiny/door");
            assertThat(sensor.getString("availability_topic")).isEqualTo("house/tiny/one/availability");
            JsonObject outcome = message(all.awaitLine(line -> line.startsWith("house/tiny/door ")));
            assertThat(outcome.getString("outcome")).isEqualTo("completed");
            assertThat(outcome.getString("camera")).isEqualTo("door");

            cameras.cluster.send("one", Frames.bytes("scene.jpg"));
            assertThat(message(all.awaitLine(line -> line.startsWith("house/tiny/frames ")))
                            .containsKey("camera"))
                    .isFalse();

            relay.cut();
            all.awaitLine("house/tiny/one/availability offline"::equals);
            try (Program late = broker.subscribe("house/#")) {
                late.awaitLine("house/tiny/one/availability online"::equals);
            }
            cameras.cluster.stop("one");
            try (Program late = broker.subscribe("house/#")) {
                late.awaitLine("house/tiny/one/availability offline"::equals);
            }
        }
    }

    private static void post(CameraCluster cameras, String camera) throws Exception {
        assertThat(cameras.cluster
                        .post("one", "/v1/services/tiny/cameras/" + camera, Frames.bytes("scene.jpg"))
                        .statusCode())
                .isEqualTo(202);
    }

    @Test
    void nothingIsKeptOfCamerasAndReceiversThatHaveGone() throws Exception {
        Broker.require();
        int port = CameraCluster.freePort();
        String sensors = "homeassistant/sensor/offramp_home_AT_one/";
        try (CameraCluster cameras = new CameraCluster(directory);
                Broker broker = Broker.start(directory, port);
                Program all = broker.subscribe("#")) {
            broker.keep(sensors + "gone-while-this-node-was-off/config", "{}");
            broker.keep("homeassistant/sensor/another/door/config", "{}");
            cameras.add(camera("door", "push"));
            cameras.add(camera("gate.1", "push"));
            cameras.add(broker(port, "house"));
            all.awaitLine((sensors + "gone-while-this-node-was-off/config (null)")::equals);
            for (String camera : List.of("door", "gate.1")) {
                post(cameras, camera);
                all.awaitLine(line -> line.startsWith("house/tiny/" + camera + " "));
            }
            assertThat(broker.kept())
                    .containsExactly(
                            "homeassistant/sensor/another/door/config",
                            sensors + "door/config",
                            sensors + "gate_DOT_1/config",
                            "house/tiny/one/availability");

            cameras.remove("door");
            all.awaitLine((sensors + "door/config (null)")::equals);
            assertThat(broker.kept()).contains(sensors + "gate_DOT_1/config").doesNotContain(sensors + "door/config");

            cameras.removeReceiver("home");
            all.awaitLine("house/tiny/one/availability (null)"::equals);
            assertThat(broker.kept()).containsExactly("homeassistant/sensor/another/door/config");
        }
    }

    @Test
    void aBrokerThatIsNotThereOrDoesNotReadCostsNobodyAnything() throws Exception {
        Broker.require();
        int port = CameraCluster.freePort();
        try (CameraCluster cameras = new CameraCluster(directory)) {
            cameras.add(broker(port, "house"));
            sendFrame(cameras);
            assertThat(cameras.awaitReceiver("home", one -> one.getDroppedMap().containsKey("unreachable"))
                            .getProblem())
                    .startsWith("cannot reach mqtt://127.0.0.1");

            try (Broker broker = Broker.start(directory, port)) {
                cameras.awaitReceiver("home", ReceiverTelemetry::getUp);
                broker.signal("STOP");
                long dropped = 0;
                for (int i = 0; i < MOST_FLOODS && dropped == 0; i++) {
                    cameras.flood(FLOOD);
                    dropped = cameras.awaitReceiver("home", one -> true)
                            .getDroppedMap()
                            .getOrDefault("queue_full", 0L);
                }
                assertThat(dropped).isPositive();
                sendFrame(cameras);
                cameras.awaitReceiver("home", one -> one.getProblem().equals("the broker says nothing any more"));
            }
        }
    }

    private static void sendFrame(CameraCluster cameras) throws Exception {
        assertThat(cameras.cluster.send("one", Frames.bytes("scene.jpg")).statusCode())
                .isEqualTo(200);
    }
}

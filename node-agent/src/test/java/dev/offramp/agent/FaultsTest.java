package dev.offramp.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.ingress.Frames;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.Partition;
import dev.offramp.partition.Placement;
import dev.offramp.partition.Service;
import dev.offramp.proto.v1.Telemetry;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to real agents when something around them breaks. */
@Tag("slow")
@SuppressWarnings("NullAway.Init")
class FaultsTest {
    private static final NodeId LEFT = new NodeId("left");
    private static final NodeId RIGHT = new NodeId("right");

    @TempDir
    private Path directory;

    private Cluster cluster;

    @BeforeEach
    void start() throws Exception {
        cluster = new Cluster(directory);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static Service overTwoNodes() throws Exception {
        return TinyNetwork.service(Overflow.DROP_NEW, Duration.ofSeconds(5), LEFT, RIGHT, RIGHT);
    }

    private JsonObject send() throws Exception {
        HttpResponse<String> response = cluster.send("left", Frames.bytes("scene.jpg"));
        return new JsonObject(response.body()).put("status", response.statusCode());
    }

    private void assertNothingLeaks(String node) throws Exception {
        Telemetry telemetry = cluster.coordinator.telemetry(node);
        assertThat(telemetry.getConservationResidual()).isZero();
        telemetry.getIngressList().forEach(ingress -> assertThat(ingress.getInFlight())
                .isZero());
    }

    @Test
    void loosesJobsOfADeadNeighbourAndServesOnWhenItIsBack() throws Exception {
        cluster.start("left");
        cluster.start("right");
        cluster.deploy(1, overTwoNodes(), TinyNetwork.policy(1, 2, 2, 2));
        assertThat(send().getString("outcome")).isEqualTo("completed");
        int port = cluster.agent("right").dataAddress().port();

        cluster.stop("right");
        JsonObject lost = send();

        assertThat(lost.getInteger("status")).isEqualTo(503);
        assertThat(lost.getString("reason")).isIn("node_lost", "link_lost", "no_chain");
        assertNothingLeaks("left");

        cluster.start("right", "--data-port", String.valueOf(port));
        Placement placement = TinyNetwork.placement(1, overTwoNodes(), cluster.addresses());
        assertThat(cluster.coordinator.prepare("right", placement).getError()).isEmpty();
        assertThat(cluster.coordinator.activate("right", 1).getError()).isEmpty();
        awaitLink("left", true);

        assertThat(send().getString("outcome")).isEqualTo("completed");
        assertNothingLeaks("left");
    }

    private void awaitLink(String node, boolean up) throws Exception {
        for (int seconds = 0; seconds < 20; seconds++) {
            if (cluster.coordinator.telemetry(node).getLinksList().stream().allMatch(link -> link.getUp() == up)) {
                return;
            }
        }
        throw new AssertionError("link of " + node + " is not " + (up ? "up" : "down"));
    }

    @Test
    void refusesAPartitionWhoseBytesAreNotTheManifestsAndServesOn() throws Exception {
        cluster.start("left");
        cluster.start("right");
        cluster.deploy(1, overTwoNodes(), TinyNetwork.policy(1, 2, 2, 2));
        Partition last = TinyNetwork.partitions().get(2);
        byte[] flipped = TinyNetwork.file(2);
        flipped[flipped.length / 2] ^= 1;
        cluster.coordinator.store(last.digest().hex(), flipped);
        // A fresh node has nothing in its cache.
        cluster.start("third");
        Service moved = TinyNetwork.service(Overflow.DROP_NEW, Duration.ofSeconds(5), LEFT, RIGHT, new NodeId("third"));

        String error = cluster.coordinator
                .prepare("third", TinyNetwork.placement(2, moved, cluster.addresses()))
                .getError();

        assertThat(error).contains("arrived with SHA-256").contains("refused");
        assertThat(send().getString("outcome")).isEqualTo("completed");
    }

    @Test
    void refusesOlderEpochsAndPoliciesEvenAfterARestart() throws Exception {
        cluster.start("left");
        Service service = TinyNetwork.service(Overflow.DROP_NEW, Duration.ofSeconds(5), LEFT, LEFT, LEFT);
        cluster.deploy(5, service, TinyNetwork.policy(7, 2, 2, 2));

        cluster.stop("left");
        cluster.start("left");

        FakeCoordinator.Attached agent = cluster.coordinator.agent("left");
        assertThat(agent.register.getEpoch()).isEqualTo(5);
        assertThat(agent.register.getPolicyVersionsMap()).isEqualTo(Map.of("tiny", 7L));
        Placement older = TinyNetwork.placement(4, service, cluster.addresses());
        assertThat(cluster.coordinator.prepare("left", older).getError()).contains("older");
        assertThat(cluster.coordinator
                        .apply("left", TinyNetwork.policy(6, 2, 2, 2))
                        .getError())
                .contains("older");
        int fetches = cluster.coordinator.fetches();
        cluster.deploy(5, service, TinyNetwork.policy(7, 2, 2, 2));
        assertThat(send().getString("outcome")).isEqualTo("completed");
        assertThat(cluster.coordinator.fetches()).as("served from the cache").isEqualTo(fetches);
    }

    @Test
    void refusesAnEpochThatComesAgainWithOtherContent() throws Exception {
        cluster.start("left");
        cluster.start("right");
        cluster.deploy(1, overTwoNodes(), TinyNetwork.policy(1, 2, 2, 2));
        Service other = TinyNetwork.service(Overflow.DROP_NEW, Duration.ofSeconds(5), LEFT, LEFT, RIGHT);

        String error = cluster.coordinator
                .prepare("left", TinyNetwork.placement(1, other, cluster.addresses()))
                .getError();

        assertThat(error).contains("other content");
        assertThat(cluster.coordinator
                        .prepare("left", TinyNetwork.placement(1, overTwoNodes(), cluster.addresses()))
                        .getError())
                .isEmpty();
        assertThat(send().getString("outcome")).isEqualTo("completed");
    }

    @Test
    void replacesBeforeItBreaks() throws Exception {
        cluster.start("left");
        cluster.start("right");
        cluster.deploy(1, overTwoNodes(), TinyNetwork.policy(1, 2, 2, 2));
        Service moved = TinyNetwork.service(Overflow.DROP_NEW, Duration.ofSeconds(5), LEFT, LEFT, RIGHT);

        cluster.deploy(2, moved, TinyNetwork.policy(2, 2, 2, 2));
        assertThat(cluster.coordinator.retire("left", 1).getError()).isEmpty();
        assertThat(cluster.coordinator.retire("right", 1).getError()).isEmpty();

        JsonObject answer = send();
        assertThat(answer.getString("outcome")).isEqualTo("completed");
        assertThat(answer.getLong("epoch")).isEqualTo(2);
        assertThat(cluster.coordinator.activate("left", 1).getError()).contains("was not prepared");
    }

    @Test
    void framesFlowOnWithoutTheCoordinator() throws Exception {
        cluster.start("left");
        cluster.start("right");
        cluster.deploy(1, overTwoNodes(), TinyNetwork.policy(1, 2, 2, 2));

        cluster.coordinator.close();

        for (int i = 0; i < 20; i++) {
            assertThat(send().getString("outcome")).isEqualTo("completed");
        }
    }
}

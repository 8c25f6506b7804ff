package dev.offramp.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.ingress.Frames;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.Service;
import dev.offramp.proto.v1.ShadowRow;
import dev.offramp.proto.v1.Telemetry;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndToEndTest {
    private static final Duration DEADLINE = Duration.ofSeconds(5);

    @TempDir
    private Path directory;

    private static Service overThreeNodes() throws Exception {
        return TinyNetwork.service(
                Overflow.DROP_NEW, DEADLINE, new NodeId("left"), new NodeId("middle"), new NodeId("right"));
    }

    @Test
    void framesGoInAndOutcomesComeOutWhereTheThresholdsSay() throws Exception {
        try (Cluster cluster = new Cluster(directory)) {
            cluster.start("left");
            cluster.start("middle");
            cluster.start("right");
            cluster.deploy(1, overThreeNodes(), TinyNetwork.policy(1, 2, 2, 0));

            for (int exit = 3; exit >= 1; exit--) {
                float[] thresholds = {exit == 1 ? 0 : 2, exit == 2 ? 0 : 2, 2};
                assertThat(cluster.coordinator
                                .apply("left", TinyNetwork.policy(5 - exit, thresholds))
                                .getError())
                        .isEmpty();
                HttpResponse<String> response = cluster.send("left", Frames.bytes("scene.jpg"));

                JsonObject json = new JsonObject(response.body());
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(json.getString("outcome")).isEqualTo("completed");
                assertThat(json.getInteger("exit")).isEqualTo(exit);
                assertThat(json.getLong("policyVersion")).isEqualTo(5 - exit);
                assertThat(json.getString("chain")).isEqualTo("a");
            }
        }
    }

    @Test
    void shadowJobsRunToTheEndAndTelemetryTellsWhatEveryExitSaidOnce() throws Exception {
        try (Cluster cluster = new Cluster(directory)) {
            cluster.start("left");
            cluster.start("middle");
            cluster.start("right");
            cluster.deploy(1, overThreeNodes(), TinyNetwork.policy(1, 0, 0, 0).withShadowShare(1));
            for (int frame = 0; frame < 2; frame++) {
                JsonObject json = new JsonObject(
                        cluster.send("left", Frames.bytes("scene.jpg")).body());
                assertThat(json.getInteger("exit")).isEqualTo(3);
            }

            List<ShadowRow> rows = new ArrayList<>();
            Telemetry last;
            do {
                last = nextReport(cluster);
                rows.addAll(last.getShadowRowsList());
            } while (last.getIngressCount() == 0 || last.getIngress(0).getShadowCompleted() < 2);
            assertThat(nextReport(cluster).getShadowRowsList()).isEmpty();
            assertThat(rows).extracting(ShadowRow::getNumber).containsExactly(1L, 2L);
            assertThat(rows).allSatisfy(row -> {
                assertThat(row.getChain()).isEqualTo("a");
                assertThat(row.getExitsList()).hasSize(3);
            });
        }
    }

    private static Telemetry nextReport(Cluster cluster) throws InterruptedException {
        return Objects.requireNonNull(
                cluster.coordinator.agent("left").telemetry.poll(20, TimeUnit.SECONDS), "no telemetry");
    }
}

package dev.offramp.coordinator.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole system in real processes: coordinator, five agents, camera; and what happens when some of them are killed. */
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DemoEndToEndTest {
    private static final double MODEL_CARD_POINTS = 3;
    private static final long MEMORY_GROWTH_BYTES = 64L << 20;

    @TempDir
    private Path directory;

    @Test
    void framesLeaveAtManyExitsAsAccuratelyAsTheModelCardSays() throws Exception {
        try (RunningDemo demo = RunningDemo.start(directory, true, "--duration", "10s")) {
            assertThat(demo.end()).as(demo.said()).isZero();
            JsonNode summary = demo.summary();

            assertConserved(summary);
            assertThat(exitsUsed(summary)).isGreaterThan(2);
            double accuracy = summary.get("accuracy").asDouble();
            double sampling = 100
                    * Math.sqrt(
                            accuracy * (1 - accuracy) / summary.get("completed").asDouble());
            assertThat(Math.abs(summary.get("accuracyDifferencePoints").asDouble()))
                    .as("points off the model card; three standard errors of this short sample are added")
                    .isLessThan(MODEL_CARD_POINTS + 3 * sampling);
            assertThat(summary.get("policies")).hasSize(3);
            assertThat(summary.at("/policies/1/completed").asLong()).isPositive();
            assertThat(summary.at("/policies/2/completed").asLong()).isPositive();
            assertThat(summary.at("/policies/2/fromSeconds").asDouble()).isBetween(5.0, 9.0);
            assertThat(summary.get("notes")).isEmpty();
            assertNothingRuns(demo.children());
        }
    }

    @Test
    void theRunningClusterIsMeasuredAndSimulated() throws Exception {
        try (RunningDemo demo = RunningDemo.start(directory, false, "--duration", "90s", "--rate", "0.8x")) {
            demo.awaitSaid("camera");
            JsonNode measured = demo.ask("profile", "nodes");
            while (measured.path("hops").size() < 6 || measured.path("links").size() < 4) {
                Thread.sleep(500);
                measured = demo.ask("profile", "nodes");
            }
            for (JsonNode hop : measured.get("hops")) {
                assertThat(hop.get("meanSeconds").asDouble()).as(hop.toString()).isBetween(0.001, 5.0);
            }
            for (JsonNode link : measured.get("links")) {
                assertThat(link.get("delaySeconds").asDouble())
                        .as(link.toString())
                        .isBetween(1e-6, 1.0);
                assertThat(link.get("bytesPerSecond").asDouble())
                        .as(link.toString())
                        .isBetween(1e3, 1e11);
            }

            JsonNode simulated = demo.ask("simulate", "--from-cluster", "--arrivals", "2000", "--replications", "2");
            assertThat(simulated.at("/services/0/service").asText())
                    .as(simulated.toString())
                    .isEqualTo("roadside");
            assertThat(simulated.at("/services/0/lossRatio/mean").asDouble(1)).isBetween(0.0, 0.5);
            demo.interrupt();
            assertThat(demo.end()).isEqualTo(143);
        }
    }

    @Test
    void framesFlowOnWithoutTheCoordinator() throws Exception {
        try (RunningDemo demo = RunningDemo.start(directory, true, "--duration", "8s", "--rate", "0.4x")) {
            demo.awaitSaid("camera");
            demo.kill("coordinator");
            assertThat(demo.end()).as(demo.said()).isZero();
            JsonNode summary = demo.summary();

            assertConserved(summary);
            assertThat(summary.get("lost").asLong()).as(demo.said()).isZero();
            assertThat(summary.at("/camera/unanswered")).isEmpty();
            assertThat(summary.at("/policies/1/completed").asLong())
                    .as("frames after the policy that was set last")
                    .isGreaterThan(30);
            assertThat(summary.get("notes").toString()).contains("coordinator ended");
        }
    }

    @Test
    void aKilledAgentTakesOnlyItsJobsAlong() throws Exception {
        // Every frame goes to the end of its chain at first.
        try (RunningDemo demo =
                RunningDemo.start(directory, true, "--duration", "8s", "--rate", "0.6x", "--thresholds", "2,0.6")) {
            demo.awaitSaid("camera");
            // A board that stands still keeps the jobs that it gets.
            demo.signal("rpi-3", "STOP");
            demo.awaitPending("opi-1", "rpi-3");
            demo.kill("rpi-3");
            assertThat(demo.end()).as(demo.said()).isZero();
            JsonNode summary = demo.summary();

            assertConserved(summary);
            assertThat(summary.at("/chains/b/lostByReason/node_lost").asLong())
                    .as(demo.said())
                    .isPositive();
            assertThat(summary.at("/chains/a/lostByReason").has("node_lost")).isFalse();
            assertThat(summary.at("/chains/a/completed").asLong()).isGreaterThan(20);
            assertThat(summary.get("notes").toString()).contains("rpi-3 ended");
        }
    }

    @Test
    void aFloodIsLostWithReasonsAndNotKeptInMemory() throws Exception {
        try (RunningDemo demo = RunningDemo.start(directory, true, "--duration", "12s", "--rate", "3x")) {
            demo.awaitSaid("camera");
            List<Long> resident = new ArrayList<>();
            while (!demo.awaitEnd(250)) {
                demo.residentBytes(DemoPlan.INGRESS.value()).ifPresent(resident::add);
            }
            assertThat(demo.end()).as(demo.said()).isZero();
            JsonNode summary = demo.summary();

            assertConserved(summary);
            assertThat(summary.at("/policies/1/lossRatio").asDouble())
                    .as(demo.said())
                    .isGreaterThan(0.2);
            long reasons = StreamSupport.stream(summary.get("lostByReason").spliterator(), false)
                    .mapToLong(JsonNode::asLong)
                    .sum();
            assertThat(reasons).isEqualTo(summary.get("lost").asLong());
            long early = resident.stream()
                    .limit(Math.max(1, resident.size() / 4))
                    .mapToLong(Long::longValue)
                    .max()
                    .orElseThrow();
            long most = resident.stream().mapToLong(Long::longValue).max().orElseThrow();
            assertThat(most - early)
                    .as("growth of the ingress's resident memory, from %d bytes", early)
                    .isLessThan(MEMORY_GROWTH_BYTES);
        }
    }

    @Test
    void leavesNothingBehindWhenInterrupted() throws Exception {
        try (RunningDemo demo = RunningDemo.start(directory, false, "--duration", "60s")) {
            demo.awaitSaid("camera");
            Map<String, Long> children = demo.children();
            assertThat(children).hasSize(6);
            demo.interrupt();

            assertThat(demo.end()).isEqualTo(143);
            assertNothingRuns(children);
            try (Stream<Path> left = Files.list(directory.resolve("tmp"))) {
                assertThat(left.filter(path -> path.getFileName().toString().startsWith("offramp-demo-")))
                        .isEmpty();
            }
        }
    }

    private static void assertConserved(JsonNode summary) {
        assertThat(summary.get("accepted").asLong())
                .isPositive()
                .isEqualTo(
                        summary.get("completed").asLong() + summary.get("lost").asLong());
        assertThat(summary.get("inFlight").asLong()).isZero();
        assertThat(summary.get("conservationResidual").asLong()).isZero();
        assertThat(summary.at("/camera/disagreementWithIngress").asLong())
                .as(summary.get("camera").toString())
                .isZero();
        assertThat(summary.at("/camera/outstanding").asLong()).isZero();
    }

    private static long exitsUsed(JsonNode summary) {
        return StreamSupport.stream(summary.get("exits").spliterator(), false)
                .filter(exit -> exit.get("completed").asLong() > 0)
                .count();
    }

    private static void assertNothingRuns(Map<String, Long> children) throws IOException {
        assertThat(children.values().stream()
                        .flatMap(pid -> ProcessHandle.of(pid).stream())
                        .filter(ProcessHandle::isAlive))
                .isEmpty();
    }
}

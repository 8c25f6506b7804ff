package dev.offramp.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.coordinator.Samples;
import dev.offramp.coordinator.cluster.NodeRegistration;
import dev.offramp.coordinator.control.Durable;
import dev.offramp.coordinator.control.Retirement;
import dev.offramp.coordinator.control.Rollout;
import dev.offramp.coordinator.control.ServicePolicy;
import dev.offramp.coordinator.control.StoreException;
import dev.offramp.coordinator.control.pilot.SchedulerChoice;
import dev.offramp.partition.Chain;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.Hop;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.Placement;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.artifact.Manifest;
import dev.offramp.partition.feed.Camera;
import dev.offramp.partition.feed.CameraId;
import dev.offramp.partition.feed.CameraLimits;
import dev.offramp.partition.feed.FeedUrl;
import dev.offramp.partition.feed.Feeds;
import dev.offramp.partition.feed.Receiver;
import dev.offramp.partition.feed.ReceiverId;
import dev.offramp.partition.policy.ChainMix;
import dev.offramp.partition.policy.Policy;
import dev.offramp.partition.policy.ThresholdMix;
import dev.offramp.partition.policy.Thresholds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStateStoreTest {
    private static final ServiceId SERVICE = new ServiceId("roadside");
    private static final ChainId CHAIN = new ChainId(SERVICE, "a");

    @TempDir
    private Path directory;

    private static Placement placement(long epoch) {
        Manifest model = Samples.model("roadside", 2);
        Chain chain = new Chain(
                CHAIN,
                model.partitions().stream()
                        .map(partition -> new Hop(new NodeId("n" + partition.index()), partition))
                        .toList());
        return new Placement(
                epoch,
                List.of(new Service(
                        SERVICE,
                        model.labels(),
                        model.preprocessing(),
                        model.scores(),
                        Overflow.DROP_OLDEST,
                        Duration.ofMillis(1500),
                        List.of(new NodeId("n0")),
                        List.of(chain))),
                Map.of(new NodeId("n0"), "127.0.0.1:1", new NodeId("n1"), "127.0.0.1:2"));
    }

    private static Policy policy(long version, float threshold) {
        return Policy.of(
                SERVICE, version, ChainMix.of(Map.of(CHAIN, 1.0)), Map.of(CHAIN, Thresholds.of(threshold, 0f)));
    }

    private static Policy mixed(long version) {
        ThresholdMix mix = new ThresholdMix(List.of(
                new ThresholdMix.Alternative(1.0 / 3, Thresholds.of(0.1f, 0f)),
                new ThresholdMix.Alternative(2.0 / 3, Thresholds.of(0.9f, 0f))));
        return new Policy(SERVICE, version, ChainMix.of(Map.of(CHAIN, 1.0)), Map.of(CHAIN, mix), 0.02);
    }

    private static Durable full() {
        NodeRegistration node =
                Samples.node("n0", 5, NodeRegistration.Seen.of(4, Map.of(SERVICE, 3L, new ServiceId("other"), 1L)));
        return new Durable(
                9,
                placement(7),
                Optional.of(new Rollout(Rollout.Kind.REISSUE, Rollout.Phase.ACTIVATING, placement(9))),
                Optional.of(new Retirement(6, Duration.ofMillis(2500))),
                "epoch 8 is undone: node n1 refused",
                new TreeMap<>(Map.of(SERVICE, new ServicePolicy(policy(2, 0.1f), mixed(3)))),
                new TreeMap<>(Map.of(
                        SERVICE,
                        SchedulerChoice.of("ceen"),
                        new ServiceId("other"),
                        new SchedulerChoice("reactive", 2, 0.02, 3, 0.5, 4))),
                new TreeMap<>(Map.of(node.node(), node)),
                Feeds.none()
                        .with(new Camera(
                                new CameraId("front"),
                                SERVICE,
                                node.node(),
                                new FeedUrl("http://admin:secret@10.0.0.7:81/stream"),
                                new CameraLimits(12.5, Duration.ofSeconds(3), 2)))
                        .with(new Receiver(new ReceiverId("home"), SERVICE, new FeedUrl("mqtt://broker/offramp"), "")));
    }

    private Durable reopened() throws StoreException {
        try (SqliteStateStore store = new SqliteStateStore(Database.open(directory))) {
            return store.load();
        }
    }

    @Test
    void newStoreIsEmpty() throws StoreException {
        assertThat(reopened()).isEqualTo(Durable.empty());
    }

    @Test
    void everythingSurvivesARestart() throws StoreException {
        try (SqliteStateStore store = new SqliteStateStore(Database.open(directory))) {
            store.load();
            store.save(full());
        }

        assertThat(reopened()).isEqualTo(full());
    }

    @Test
    void policiesKeptBeforeThereWereAlternativesAreReadable() throws Exception {
        Database database = Database.open(directory);
        String document = """
                {"service": "roadside", "version": "3",
                 "chains": [{"chain": "a", "probability": 1.0, "thresholds": [0.5, 0.0]}]}
                """;
        try (var connection = database.connect();
                var row = connection.prepareStatement("INSERT INTO policies VALUES ('roadside', ?, ?)")) {
            row.setString(1, document);
            row.setString(2, document);
            row.executeUpdate();
        }

        assertThat(reopened().policies()).containsEntry(SERVICE, new ServicePolicy(policy(3, 0.5f), policy(3, 0.5f)));
    }

    @Test
    void whatIsGoneIsGoneAfterARestart() throws StoreException {
        Durable done = new Durable(
                9,
                placement(9),
                Optional.empty(),
                Optional.empty(),
                "",
                full().policies(),
                new TreeMap<>(),
                full().nodes(),
                full().feeds());
        try (SqliteStateStore store = new SqliteStateStore(Database.open(directory))) {
            store.load();
            store.save(full());
            store.save(done);
        }

        assertThat(reopened()).isEqualTo(done);
    }

    @Test
    void modelsSurviveARestart() throws StoreException {
        Manifest model = Samples.model("roadside", 3);
        Database database = Database.open(directory);
        new Models(database).put(model, Optional.empty());

        Models reopened = new Models(Database.open(directory));

        assertThat(reopened.all()).containsOnlyKeys(SERVICE).containsValue(model);
        assertThat(reopened.has(model)).isTrue();
        assertThat(reopened.has(Samples.model("roadside", 2))).isFalse();
    }

    @Test
    void damagedFileIsNamed() throws IOException {
        Files.writeString(directory.resolve("state.db"), "this is no database, whatever its name says".repeat(100));

        assertThatThrownBy(() -> Database.open(directory))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("state.db");
    }

    @Test
    void oneCoordinatorAtATimeWorksInADirectory() throws IOException {
        DataDirectory held = DataDirectory.lock(directory);
        assertThatThrownBy(() -> DataDirectory.lock(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another coordinator works in");

        held.close();
        DataDirectory.lock(directory).close();
    }
}

package dev.offramp.agent.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.TinyNetwork;
import dev.offramp.agent.artifact.ArtifactCache;
import dev.offramp.agent.core.HopKey;
import dev.offramp.agent.inference.Inference;
import dev.offramp.agent.inference.LoadedPartition;
import dev.offramp.agent.loop.LoadedHops;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Optimisation;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.Partition;
import dev.offramp.partition.Placement;
import dev.offramp.partition.Service;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class PartitionStockTest {
    private static final NodeId ONE = new NodeId("one");
    private static final NodeId TWO = new NodeId("two");

    @TempDir
    private Path directory;

    private final LoadedHops hops = new LoadedHops();
    private final List<Fake> open = new ArrayList<>();
    private PartitionStock stock;

    private final class Fake implements LoadedPartition {
        private final Partition partition;
        private final Optimisation optimisation;

        Fake(Partition partition, Optimisation optimisation) {
            this.partition = partition;
            this.optimisation = optimisation;
            open.add(this);
        }

        @Override
        public Partition partition() {
            return partition;
        }

        @Override
        public Inference run(ByteBuffer input) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            open.remove(this);
        }
    }

    @BeforeEach
    void fill() throws Exception {
        stock = new PartitionStock(
                ONE,
                1,
                new ArtifactCache(directory),
                (digest, offset, sink) -> {
                    for (Partition partition : TinyNetwork.partitions()) {
                        if (partition.digest().equals(digest)) {
                            sink.accept(ByteBuffer.wrap(TinyNetwork.file(partition.index())));
                        }
                    }
                },
                (partition, file, optimisation) -> new Fake(partition, optimisation),
                hops);
    }

    private static Placement placement(long epoch, NodeId... nodes) throws Exception {
        return TinyNetwork.placement(
                epoch, TinyNetwork.service(Overflow.DROP_NEW, Duration.ofSeconds(1), nodes), Map.of());
    }

    @Test
    void knowsAnEpochThatComesAgainWithOtherContent() throws Exception {
        stock.load(placement(1, ONE, TWO, TWO));

        assertThat(stock.contradicts(placement(1, ONE, TWO, TWO))).isFalse();
        assertThat(stock.contradicts(placement(1, ONE, ONE, TWO))).isTrue();
        assertThat(stock.contradicts(placement(2, ONE, ONE, TWO))).isFalse();
    }

    @Test
    void servicesThatOptimiseAPartitionDifferentlyDoNotShareIt() throws Exception {
        Service exact = TinyNetwork.service(Overflow.DROP_NEW, Duration.ofSeconds(1), ONE, TWO, TWO);
        Service fast = new Service(
                exact.id(),
                exact.labels(),
                exact.preprocessing(),
                exact.scores(),
                exact.overflow(),
                Optimisation.ALL,
                0,
                exact.deadline(),
                exact.ingress(),
                exact.chains(),
                exact.codecs());
        stock.load(TinyNetwork.placement(1, exact, Map.of()));
        stock.load(TinyNetwork.placement(2, exact, Map.of()));
        assertThat(open).hasSize(1);

        stock.load(TinyNetwork.placement(3, fast, Map.of()));

        assertThat(open).extracting(fake -> fake.optimisation).containsExactly(Optimisation.EXTENDED, Optimisation.ALL);
        stock.retire(2);
        assertThat(open).extracting(fake -> fake.optimisation).containsExactly(Optimisation.ALL);
    }

    @Test
    void releasesWhatOnlyAForgottenEpochUsed() throws Exception {
        stock.load(placement(2, ONE, TWO, TWO));
        stock.load(placement(1, ONE, ONE, TWO));
        assertThat(open).hasSize(2);

        stock.forget(1);

        assertThat(open).hasSize(1);
        assertThat(hops.find(new HopKey(1, TinyNetwork.CHAIN, 0))).isEmpty();
        assertThat(hops.find(new HopKey(2, TinyNetwork.CHAIN, 0))).isPresent();
        assertThat(stock.contradicts(placement(1, ONE, TWO, TWO))).isFalse();
        stock.retire(2);
        assertThat(open).isEmpty();
    }
}

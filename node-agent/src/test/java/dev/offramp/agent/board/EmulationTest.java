package dev.offramp.agent.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.agent.inference.Inference;
import dev.offramp.agent.inference.LoadedPartition;
import dev.offramp.partition.ElementType;
import dev.offramp.partition.Exit;
import dev.offramp.partition.Optimisation;
import dev.offramp.partition.Partition;
import dev.offramp.partition.TensorSpec;
import dev.offramp.partition.artifact.Digest;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EmulationTest {
    private static final long HERE_NANOS = 500_000;

    private final AtomicLong now = new AtomicLong();
    private final AtomicLong slept = new AtomicLong();

    private LoadedPartition emulated(String board) throws Exception {
        return new EmulatedLoader((wanted, file, optimisation) -> here(), Emulation.parse(board), now::get, this::sleep)
                .load(partition(), Path.of("unused"), Optimisation.EXTENDED);
    }

    private LoadedPartition timed(String law, long seed) throws Exception {
        return new TimedLoader(
                        (wanted, file, optimisation) -> here(),
                        TimedService.parse(law),
                        now::get,
                        this::sleep,
                        new SplittableRandom(seed))
                .load(partition(), Path.of("unused"), Optimisation.EXTENDED);
    }

    private void sleep(long nanos) {
        slept.addAndGet(nanos);
        now.addAndGet(Math.max(0, nanos));
    }

    private static Partition partition() {
        TensorSpec input = new TensorSpec("image", ElementType.FLOAT32, List.of(TensorSpec.BATCH, 2L));
        return new Partition(0, Digest.of(new byte[0]), 0, input, Optional.empty(), List.of(new Exit(1, "exit1")));
    }

    private LoadedPartition here() {
        return new LoadedPartition() {
            @Override
            public Partition partition() {
                return EmulationTest.partition();
            }

            @Override
            public Inference run(ByteBuffer bytes) {
                now.addAndGet(HERE_NANOS);
                return new Inference(List.of(new float[] {1}), Optional.empty());
            }

            @Override
            public void close() {}
        };
    }

    private double[] times(LoadedPartition partition, int runs) throws Exception {
        double[] nanos = new double[runs];
        for (int i = 0; i < runs; i++) {
            long start = now.get();
            partition.run(ByteBuffer.allocate(8));
            nanos[i] = now.get() - start;
        }
        return nanos;
    }

    @Test
    void takesTheTimeThatIsAskedFor() throws Exception {
        assertThat(times(timed("deterministic:5ms", 1), 3)).containsExactly(5e6, 5e6, 5e6);
    }

    @Test
    void drawsServiceTimesFromTheLaw() throws Exception {
        double[] nanos = times(timed("exponential:50ms", 7), 20_000);
        double mean = Arrays.stream(nanos).average().orElseThrow();
        double square = Arrays.stream(nanos).map(one -> one * one).average().orElseThrow();

        assertThat(mean).isCloseTo(50e6, within(1.5e6));
        assertThat(square / (mean * mean) - 1).isCloseTo(1, within(0.06));
        assertThat(times(timed("exponential:50ms", 7), 100)).containsExactly(Arrays.copyOf(nanos, 100));
    }

    @Test
    void cannotTakeLessThanTheRunItself() throws Exception {
        assertThat(times(timed("deterministic:100us", 1), 1)).containsExactly(HERE_NANOS);
    }

    @Test
    void refusesLawsItDoesNotKnow() {
        assertThat(TimedService.parse("exponential:2.5ms").toString()).isEqualTo("exponential:2500us");
        assertThatThrownBy(() -> TimedService.parse("pareto:5ms")).hasMessageContaining("'pareto'");
        assertThatThrownBy(() -> TimedService.parse("deterministic")).hasMessageContaining("has no mean");
        assertThatThrownBy(() -> TimedService.parse("deterministic:0ms")).hasMessageContaining("above 0");
    }

    @Test
    void takesTheBoardsTimeAndWaitsForMostOfIt() throws Exception {
        LoadedPartition partition = emulated("opizero");
        long start = now.get();

        partition.run(ByteBuffer.allocate(8));

        assertThat(now.get() - start).isEqualTo(Math.round(HERE_NANOS * BoardKind.OPI_ZERO.multiple()));
        assertThat(slept.get()).isEqualTo(now.get() - start - HERE_NANOS);
    }

    @Test
    void scalesTheMultiple() throws Exception {
        LoadedPartition partition = emulated("rpi3a:2.5");
        long start = now.get();

        partition.run(ByteBuffer.allocate(8));

        assertThat(now.get() - start).isEqualTo(Math.round(HERE_NANOS * BoardKind.RPI3A.multiple() * 2.5));
    }

    @Test
    void everyBoardHasAKeyAndIsSlowerThanThisMachine() {
        for (BoardKind kind : BoardKind.values()) {
            assertThat(BoardKind.of(kind.key())).contains(kind);
            assertThat(kind.multiple()).isGreaterThan(1);
        }
        assertThat(BoardKind.of("opi-zero2")).contains(BoardKind.OPI_ZERO2);
    }

    @Test
    void refusesBoardsItDoesNotKnow() {
        assertThatThrownBy(() -> Emulation.parse("commodore64"))
                .hasMessageContaining("'commodore64' is not known: expected one of rpi5");
        assertThatThrownBy(() -> Emulation.parse("rpi4:fast")).hasMessageContaining("not a number");
        assertThatThrownBy(() -> Emulation.parse("rpi4:0")).hasMessageContaining("above 0");
    }
}

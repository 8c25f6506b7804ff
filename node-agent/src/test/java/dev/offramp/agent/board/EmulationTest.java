package dev.offramp.agent.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EmulationTest {
    private static final long HERE_NANOS = 500_000;

    private final AtomicLong now = new AtomicLong();
    private final AtomicLong slept = new AtomicLong();

    private LoadedPartition emulated(String board) throws Exception {
        TensorSpec input = new TensorSpec("image", ElementType.FLOAT32, List.of(TensorSpec.BATCH, 2L));
        Partition partition =
                new Partition(0, Digest.of(new byte[0]), 0, input, Optional.empty(), List.of(new Exit(1, "exit1")));
        LoadedPartition here = new LoadedPartition() {
            @Override
            public Partition partition() {
                return partition;
            }

            @Override
            public Inference run(ByteBuffer bytes) {
                now.addAndGet(HERE_NANOS);
                return new Inference(List.of(new float[] {1}), Optional.empty());
            }

            @Override
            public void close() {}
        };
        EmulatedLoader loader =
                new EmulatedLoader((wanted, file, optimisation) -> here, Emulation.parse(board), now::get, nanos -> {
                    slept.addAndGet(nanos);
                    now.addAndGet(Math.max(0, nanos));
                });
        return loader.load(partition, Path.of("unused"), Optimisation.EXTENDED);
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

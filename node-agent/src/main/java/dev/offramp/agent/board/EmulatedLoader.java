package dev.offramp.agent.board;

import dev.offramp.agent.inference.InferenceException;
import dev.offramp.agent.inference.LoadedPartition;
import dev.offramp.agent.inference.PartitionLoader;
import dev.offramp.agent.inference.WarmUp;
import dev.offramp.partition.Optimisation;
import dev.offramp.partition.Partition;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.nio.file.Path;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads partitions that take as long as on the emulated board: after each run the rest of {@code base × multiple} is
 * waited for, where {@code base} is the pace measured when the partition was loaded. Thread-safe.
 */
public final class EmulatedLoader implements PartitionLoader {
    private static final Logger log = LoggerFactory.getLogger(EmulatedLoader.class);
    private static final int CALIBRATION_RUNS = 100;
    private static final long CALIBRATION_NANOS = 500_000_000;

    private final PartitionLoader delegate;
    private final Emulation emulation;
    private final NanoClock clock;
    private final Pause pause;

    public EmulatedLoader(PartitionLoader delegate, Emulation emulation, NanoClock clock, Pause pause) {
        this.delegate = delegate;
        this.emulation = emulation;
        this.clock = clock;
        this.pause = pause;
    }

    @Override
    public LoadedPartition load(Partition partition, Path file, Optimisation optimisation)
            throws InferenceException, InterruptedException {
        LoadedPartition loaded = delegate.load(partition, file, optimisation);
        try {
            long baseNanos = WarmUp.run(loaded, CALIBRATION_RUNS, CALIBRATION_NANOS, clock);
            long targetNanos = Math.round(baseNanos * emulation.multiple());
            log.info(String.format(
                    Locale.ROOT,
                    "partition %d (%s) takes %.3f ms here, %.1f ms as %s",
                    partition.index(),
                    partition.digest().abbreviated(),
                    baseNanos / 1e6,
                    targetNanos / 1e6,
                    emulation.kind().title()));
            return new PacedPartition(loaded, () -> targetNanos, clock, pause);
        } catch (InferenceException | InterruptedException | RuntimeException | Error e) {
            loaded.close();
            throw e;
        }
    }
}

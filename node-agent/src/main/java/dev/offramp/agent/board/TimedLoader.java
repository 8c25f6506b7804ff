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
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads partitions whose service times follow a given law: after each run the rest of a time drawn from it is waited for.
 * A draw that is shorter than the run itself cannot be kept. Thread-safe.
 */
public final class TimedLoader implements PartitionLoader {
    private static final Logger log = LoggerFactory.getLogger(TimedLoader.class);
    private static final int CALIBRATION_RUNS = 20;
    private static final long CALIBRATION_NANOS = 200_000_000;

    private final PartitionLoader delegate;
    private final TimedService service;
    private final NanoClock clock;
    private final Pause pause;
    private final SplittableRandom seeds;

    /** @param random asked once, now */
    public TimedLoader(
            PartitionLoader delegate, TimedService service, NanoClock clock, Pause pause, RandomGenerator random) {
        this.delegate = delegate;
        this.service = service;
        this.clock = clock;
        this.pause = pause;
        this.seeds = new SplittableRandom(random.nextLong());
    }

    @Override
    public LoadedPartition load(Partition partition, Path file, Optimisation optimisation)
            throws InferenceException, InterruptedException {
        LoadedPartition loaded = delegate.load(partition, file, optimisation);
        try {
            long baseNanos = WarmUp.run(loaded, CALIBRATION_RUNS, CALIBRATION_NANOS, clock);
            log.info("partition {} takes {} us here, and is timed as {}", partition.index(), baseNanos / 1000, service);
            SplittableRandom random = split();
            return new PacedPartition(loaded, () -> service.drawNanos(random), clock, pause);
        } catch (InferenceException | InterruptedException | RuntimeException | Error e) {
            loaded.close();
            throw e;
        }
    }

    private synchronized SplittableRandom split() {
        return seeds.split();
    }
}

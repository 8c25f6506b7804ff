package dev.offramp.agent.profile;

import dev.offramp.agent.core.HopPart;
import dev.offramp.agent.core.HopTimes;
import dev.offramp.time.NanoClock;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code timing-cost}: what it costs to time a job at a hop, under the settings that agents run with. */
@Command(
        name = "offramp agent timing-cost",
        description =
                "Measures what it costs an agent to time one job at one hop: reading the clock before and after each"
                        + " part, and recording all of them.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
public final class TimingCostCommand implements Callable<Integer> {
    private static final HopPart[] PARTS = HopPart.values();
    private static final int ROUNDS = 21;
    /** Times that jobs could have taken: all of a histogram's buckets are hit. */
    private static final int SPREAD = 1 << 26;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--jobs",
            defaultValue = "200000",
            paramLabel = "N",
            description = "In each of 21 rounds, of which the median counts (default: ${DEFAULT-VALUE}).")
    private int jobs;

    @Override
    public Integer call() {
        NanoClock clock = NanoClock.system();
        HopTimes times = new HopTimes();
        double[] nanosPerJob = new double[ROUNDS];
        for (int round = -1; round < ROUNDS; round++) {
            // The first is there to warm up.
            nanosPerJob[Math.max(0, round)] = round(clock, times);
        }
        Arrays.sort(nanosPerJob);
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%.0f ns a job and hop: %d parts, median of %d rounds of %d jobs (slowest round %.0f ns)%n",
                        nanosPerJob[ROUNDS / 2],
                        PARTS.length,
                        ROUNDS,
                        jobs,
                        nanosPerJob[ROUNDS - 1]);
        spec.commandLine().getOut().flush();
        return 0;
    }

    private double round(NanoClock clock, HopTimes times) {
        int value = 1;
        long begin = clock.nanoTime();
        for (int job = 0; job < jobs; job++) {
            for (HopPart part : PARTS) {
                value = value * 1_664_525 + 1_013_904_223;
                long start = clock.nanoTime();
                times.record(part, clock.nanoTime() - start + (value & (SPREAD - 1)));
            }
        }
        return (double) (clock.nanoTime() - begin) / jobs;
    }
}

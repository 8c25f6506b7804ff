package dev.offramp.coordinator.cli.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.Json;
import dev.offramp.coordinator.cli.OutputOption;
import dev.offramp.coordinator.simulation.RandomStreams;
import dev.offramp.partition.policy.Thresholds;
import dev.offramp.partition.profile.ExitProfile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code eval profile}: how long it takes to replay an exit profile. */
@Command(
        name = "profile",
        description = "Measures how long an exit profile takes to say what thresholds would have done.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class EvalProfileCommand implements Callable<Integer> {
    private static final int VECTORS = 2_000;
    private static final int WARM_UP_ROUNDS = 5;
    private static final double NANOS_PER_MICROSECOND = 1e3;

    @Spec
    private CommandSpec spec;

    @Option(names = "--profile", required = true, paramLabel = "CSV", description = "The profile.")
    private Path file;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "S", description = "(default: ${DEFAULT-VALUE})")
    private long seed;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws CliException {
        ExitProfile profile;
        try {
            profile = ExitProfile.read(file);
        } catch (IOException e) {
            throw new CliException(ExitCode.ERROR, String.valueOf(e.getMessage()), e);
        }
        RandomGenerator random = new RandomStreams(seed).stream("thresholds");
        List<Thresholds> anywhere = new ArrayList<>();
        List<Thresholds> nobodyLeaves = new ArrayList<>();
        for (int i = 0; i < VECTORS; i++) {
            anywhere.add(vector(profile.exits(), random, 0f));
            nobodyLeaves.add(vector(profile.exits(), random, 1f));
        }
        for (int round = 0; round < WARM_UP_ROUNDS; round++) {
            nanos(profile, anywhere);
            nanos(profile, nobodyLeaves);
        }
        double[] usual = sorted(nanos(profile, anywhere));
        double[] costliest = sorted(nanos(profile, nobodyLeaves));
        PrintWriter out = spec.commandLine().getOut();
        if (output.isJson()) {
            ObjectNode json = Json.object();
            json.put("samples", profile.samples());
            json.put("exits", profile.exits());
            json.put("replays", VECTORS);
            json.put("medianMicroseconds", quantile(usual, 0.5));
            json.put("p95Microseconds", quantile(usual, 0.95));
            json.put("costliestMedianMicroseconds", quantile(costliest, 0.5));
            Json.print(out, json);
        } else {
            out.printf(
                    "%d samples, %d exits: %.1f µs a replay of random thresholds (p95 %.1f), %.1f where every exit is"
                            + " looked at and hardly anybody leaves%n",
                    profile.samples(),
                    profile.exits(),
                    quantile(usual, 0.5),
                    quantile(usual, 0.95),
                    quantile(costliest, 0.5));
            out.flush();
        }
        return ExitCode.OK;
    }

    /** Each threshold from {@code least} to 1. */
    private static Thresholds vector(int exits, RandomGenerator random, float least) {
        float[] values = new float[exits];
        for (int exit = 0; exit < exits; exit++) {
            values[exit] = least + (1 - least) * (float) random.nextDouble();
        }
        return Thresholds.of(values);
    }

    private static long[] nanos(ExitProfile profile, List<Thresholds> vectors) {
        long[] nanos = new long[vectors.size()];
        long left = 0;
        for (int i = 0; i < nanos.length; i++) {
            long begin = System.nanoTime();
            left += profile.replay(vectors.get(i)).completed();
            nanos[i] = System.nanoTime() - begin;
        }
        if (left != (long) nanos.length * profile.samples()) {
            throw new IllegalStateException("%d of %d samples left".formatted(left, nanos.length * profile.samples()));
        }
        return nanos;
    }

    /** Microseconds. */
    private static double[] sorted(long[] nanos) {
        return LongStream.of(nanos)
                .sorted()
                .mapToDouble(one -> one / NANOS_PER_MICROSECOND)
                .toArray();
    }

    private static double quantile(double[] sorted, double share) {
        return sorted[(int) Math.min(sorted.length - 1, share * sorted.length)];
    }
}

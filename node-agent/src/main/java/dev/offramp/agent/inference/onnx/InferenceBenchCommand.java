package dev.offramp.agent.inference.onnx;

import ai.onnxruntime.OrtException;
import dev.offramp.agent.board.ProcessMemory;
import dev.offramp.agent.inference.InferenceException;
import dev.offramp.partition.Optimisation;
import dev.offramp.partition.Partition;
import dev.offramp.partition.artifact.Manifest;
import dev.offramp.proto.ManifestFile;
import dev.offramp.proto.WireException;
import dev.offramp.time.NanoClock;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench-inference DIR}: what {@code offramp bench inference} asks the agent's program; prints JSON. */
@Command(
        name = "offramp bench inference",
        hidden = true,
        description = "Runs partitions in every way that they can be run.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
public final class InferenceBenchCommand implements Callable<Integer> {
    private static final int REFUSED = 64;
    private static final double MEDIAN = 0.5;
    private static final double TAIL = 0.99;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_SECOND = 1e9;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Holds manifest.json and the partitions.")
    private Path directory;

    @Option(
            names = "--millis",
            defaultValue = "2000",
            paramLabel = "MS",
            description = "For each way and partition (default: ${DEFAULT-VALUE}).")
    private long millis;

    @Option(names = "--sessions", description = "Only the sessions as agents set them up.")
    private boolean sessions;

    @Option(
            names = "--setting",
            paramLabel = "NAME",
            description = "Only the sessions under this setting, all at once, and this process's memory.")
    private @Nullable String setting;

    @Override
    public Integer call() throws Exception {
        PrintWriter err = spec.commandLine().getErr();
        try {
            Manifest manifest = ManifestFile.read(directory);
            JsonObject measured = measured(manifest);
            spec.commandLine().getOut().println(measured.encode());
            spec.commandLine().getOut().flush();
            return 0;
        } catch (WireException | InferenceException | OrtException | IllegalArgumentException e) {
            err.println(e.getMessage());
            return REFUSED;
        } catch (IOException e) {
            err.println("cannot read " + e.getMessage());
            return REFUSED;
        }
    }

    private JsonObject measured(Manifest manifest) throws Exception {
        if (setting != null) {
            return memory(manifest, setting);
        }
        return sessions ? sessions(manifest) : everything(manifest);
    }

    private JsonObject sessions(Manifest manifest) throws Exception {
        JsonArray partitions = new JsonArray();
        for (Partition partition : manifest.partitions()) {
            try (InferenceBench bench = bench(partition)) {
                bench.addSession("session", SessionSettings.usual(Optimisation.EXTENDED));
                bench.run(TimeUnit.MILLISECONDS.toNanos(millis));
                partitions.add(json(bench.nanos()).getJsonObject(0).put("index", partition.index()));
            }
        }
        return new JsonObject().put("partitions", partitions);
    }

    private JsonObject everything(Manifest manifest) throws Exception {
        JsonArray partitions = new JsonArray();
        for (Partition partition : manifest.partitions()) {
            try (InferenceBench ways = bench(partition);
                    InferenceBench settings = bench(partition)) {
                ways.addWays();
                ways.run(TimeUnit.MILLISECONDS.toNanos(millis));
                settings.addSettings();
                settings.run(TimeUnit.MILLISECONDS.toNanos(millis));
                partitions.add(new JsonObject()
                        .put("index", partition.index())
                        .put("inputBytes", partition.input().bytes())
                        .put(
                                "outputBytes",
                                partition.output().map(spec -> spec.bytes()).orElse(0L))
                        .put("ways", json(ways.nanos()))
                        .put("settings", json(settings.nanos())));
            }
        }
        return new JsonObject().put("partitions", partitions);
    }

    /** The first partition's session under one setting, and what the process has become. */
    private JsonObject memory(Manifest manifest, String name) throws Exception {
        SessionSettings settings = SessionSettings.known().get(name);
        if (settings == null) {
            throw new IllegalArgumentException("no setting '%s': expected one of %s"
                    .formatted(name, SessionSettings.known().keySet()));
        }
        long before = ProcessMemory.residentBytes();
        try (InferenceBench bench = bench(manifest.partitions().getFirst())) {
            bench.addSession(name, settings);
            bench.run(TimeUnit.MILLISECONDS.toNanos(millis));
            return new JsonObject().put("rssBytesBefore", before).put("rssBytes", ProcessMemory.residentBytes());
        }
    }

    private InferenceBench bench(Partition partition) {
        Path file = directory.resolve(ManifestFile.partitionFile(partition.index()));
        return new InferenceBench(new OnnxPartitionLoader(), partition, file, NanoClock.system());
    }

    private static JsonArray json(Map<String, long[]> nanos) {
        JsonArray all = new JsonArray();
        nanos.forEach((name, sorted) -> all.add(new JsonObject()
                .put("name", name)
                .put("runs", sorted.length)
                .put("perSecond", sorted.length / (LongStream.of(sorted).sum() / NANOS_PER_SECOND))
                .put("p50Micros", quantile(sorted, MEDIAN) / NANOS_PER_MICRO)
                .put("p99Micros", quantile(sorted, TAIL) / NANOS_PER_MICRO)));
        return all;
    }

    private static double quantile(long[] sorted, double share) {
        return sorted[(int) Math.min(sorted.length - 1L, Math.round(share * sorted.length))];
    }
}

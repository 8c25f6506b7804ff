package dev.offramp.agent.inference.onnx;

import ai.onnxruntime.OrtException;
import dev.offramp.agent.inference.InferenceException;
import dev.offramp.agent.inference.LoadedPartition;
import dev.offramp.partition.Optimisation;
import dev.offramp.partition.Partition;
import dev.offramp.time.NanoClock;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Runs a partition in several ways by turns, so that whatever else the machine does meets all of them alike. Confined to
 * one thread.
 */
final class InferenceBench implements AutoCloseable {
    private static final int ROUNDS = 20;

    /** One way to run the partition. */
    interface Run {
        void run() throws InferenceException, OrtException, InterruptedException;
    }

    private static final class Way {
        final Run run;
        final AutoCloseable resource;
        LongStream.Builder nanos = LongStream.builder();

        Way(Run run, AutoCloseable resource) {
            this.run = run;
            this.resource = resource;
        }
    }

    private final OnnxPartitionLoader loader;
    private final Partition partition;
    private final Path file;
    private final NanoClock clock;
    private final Map<String, Way> ways = new LinkedHashMap<>();

    InferenceBench(OnnxPartitionLoader loader, Partition partition, Path file, NanoClock clock) {
        this.loader = loader;
        this.partition = partition;
        this.file = file;
        this.clock = clock;
    }

    /** The session alone, as agents set it up, as the port runs it, and behind DJL's predictor. */
    void addWays() throws InferenceException, OrtException {
        SessionSettings usual = SessionSettings.usual(Optimisation.EXTENDED);
        addSession("session", usual);
        addPartition(
                "port, direct input", loader.load(partition, file, usual), ByteBuffer.allocateDirect(inputBytes()));
        addPartition("port, heap input", loader.load(partition, file, usual), ByteBuffer.allocate(inputBytes()));
        addPartition("DJL predictor", DjlPartition.load(partition, file, usual), ByteBuffer.allocate(inputBytes()));
    }

    /** The session alone with every setting that could be another one. */
    void addSettings() throws InferenceException, OrtException {
        for (Map.Entry<String, SessionSettings> setting :
                SessionSettings.known().entrySet()) {
            addSession(setting.getKey(), setting.getValue());
        }
    }

    void addSession(String name, SessionSettings settings) throws InferenceException, OrtException {
        BareSession session = new BareSession(partition, loader.environment(), loader.open(file, settings));
        ways.put(name, new Way(session::run, session));
    }

    private void addPartition(String name, LoadedPartition loaded, ByteBuffer input) {
        Run run = () -> loaded.run(input).handBack().run();
        ways.put(name, new Way(run, loaded));
    }

    private int inputBytes() {
        return Math.toIntExact(partition.input().bytes());
    }

    /** Runs each way for {@code nanos}, after a warm-up of half that. */
    void run(long nanos) throws InferenceException, OrtException, InterruptedException {
        for (Way way : ways.values()) {
            turn(way, nanos / 2);
            way.nanos = LongStream.builder();
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (Way way : ways.values()) {
                turn(way, nanos / ROUNDS);
            }
        }
    }

    private void turn(Way way, long nanos) throws InferenceException, OrtException, InterruptedException {
        long start = clock.nanoTime();
        long before = start;
        do {
            way.run.run();
            long after = clock.nanoTime();
            way.nanos.add(after - before);
            before = after;
        } while (before - start < nanos);
    }

    /** What each way took, by its name, from the shortest; once. */
    Map<String, long[]> nanos() {
        Map<String, long[]> all = new LinkedHashMap<>();
        ways.forEach((name, way) -> all.put(name, way.nanos.build().sorted().toArray()));
        return all;
    }

    @Override
    public void close() throws Exception {
        for (Way way : ways.values()) {
            way.resource.close();
        }
    }
}

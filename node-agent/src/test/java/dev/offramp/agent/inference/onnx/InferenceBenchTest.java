package dev.offramp.agent.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.agent.TinyNetwork;
import dev.offramp.agent.inference.Inference;
import dev.offramp.agent.inference.LoadedPartition;
import dev.offramp.partition.Optimisation;
import dev.offramp.partition.Partition;
import dev.offramp.proto.ManifestFile;
import dev.offramp.time.NanoClock;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class InferenceBenchTest {
    @TempDir
    private Path directory;

    private final OnnxPartitionLoader loader = new OnnxPartitionLoader();

    @BeforeEach
    void write() throws Exception {
        for (Partition partition : TinyNetwork.partitions()) {
            Files.write(
                    directory.resolve(ManifestFile.partitionFile(partition.index())),
                    TinyNetwork.file(partition.index()));
        }
        ManifestFile.write(directory, TinyNetwork.manifest());
    }

    private JsonObject measure(String... more) {
        StringWriter out = new StringWriter();
        CommandLine command = new CommandLine(new InferenceBenchCommand()).setOut(new PrintWriter(out));
        String[] arguments = new String[more.length + 2];
        arguments[0] = directory.toString();
        arguments[1] = "--millis=5";
        System.arraycopy(more, 0, arguments, 2, more.length);
        assertThat(command.execute(arguments)).isZero();
        return new JsonObject(out.toString());
    }

    private static void assertMeasured(JsonArray runs, int count) {
        assertThat(runs).hasSize(count).allSatisfy(run -> {
            assertThat(((JsonObject) run).getLong("runs")).isPositive();
            assertThat(((JsonObject) run).getDouble("p50Micros")).isPositive();
            assertThat(((JsonObject) run).getDouble("perSecond")).isPositive();
        });
    }

    @Test
    void measuresEveryWayAndEverySettingOfEveryPartition() {
        JsonArray partitions = measure().getJsonArray("partitions");

        assertThat(partitions).hasSize(3).allSatisfy(partition -> {
            assertMeasured(((JsonObject) partition).getJsonArray("ways"), 4);
            assertMeasured(
                    ((JsonObject) partition).getJsonArray("settings"),
                    SessionSettings.known().size());
        });
    }

    @Test
    void measuresSessionsAlone() {
        JsonArray partitions = measure("--sessions").getJsonArray("partitions");

        assertThat(partitions).hasSize(3).allSatisfy(partition -> assertThat(
                        ((JsonObject) partition).getDouble("perSecond"))
                .isPositive());
    }

    @Test
    void measuresTheMemoryOfOneSetting() {
        assertThat(measure("--setting=arena").getLong("rssBytes")).isPositive();
    }

    /** What is compared with agents must do what they do. */
    @Test
    void djlsPredictorGivesWhatTheSessionGives() throws Exception {
        SplittableRandom random = new SplittableRandom(2);
        for (Partition partition : TinyNetwork.partitions()) {
            ByteBuffer sample =
                    ByteBuffer.allocate((int) partition.input().bytes()).order(ByteOrder.LITTLE_ENDIAN);
            while (sample.hasRemaining()) {
                sample.putFloat((float) random.nextGaussian());
            }
            sample.flip();
            Path file = directory.resolve(ManifestFile.partitionFile(partition.index()));
            SessionSettings settings = SessionSettings.usual(Optimisation.EXTENDED);
            try (LoadedPartition session = loader.load(partition, file, settings);
                    LoadedPartition djl = DjlPartition.load(partition, file, settings)) {
                Inference expected = session.run(sample);
                Inference found = djl.run(sample);

                assertThat(found.scores()).usingRecursiveComparison().isEqualTo(expected.scores());
                assertThat(found.activation()).isEqualTo(expected.activation());
            }
        }
    }

    @Test
    void aWayThatFailsEndsTheBench() throws Exception {
        Partition partition = TinyNetwork.partitions().getFirst();
        try (InferenceBench bench =
                new InferenceBench(loader, partition, directory.resolve("gone.onnx"), NanoClock.system())) {
            assertThatThrownBy(bench::addWays).hasMessageContaining("gone.onnx");
            bench.run(TimeUnit.MILLISECONDS.toNanos(1));
            assertThat(bench.nanos()).isEmpty();
        }
    }
}

package dev.offramp.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.offramp.agent.inference.LoadedPartition;
import dev.offramp.agent.inference.onnx.OnnxPartitionLoader;
import dev.offramp.agent.ingress.FrameTensors;
import dev.offramp.partition.Optimisation;
import dev.offramp.partition.Partition;
import dev.offramp.partition.artifact.Preprocessing;
import dev.offramp.partition.onnx.Cutter;
import dev.offramp.partition.onnx.OnnxNetwork;
import dev.offramp.partition.profile.ExitProfile;
import dev.offramp.roadside.RoadsideCamera;
import dev.offramp.roadside.RoadsideFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The example networks are as accurate here, decoded and run by the agent, as their model cards say. */
@Tag("slow")
class ModelCardsTest {
    private static final Path MODELS = Path.of("..", "partitions", "models");
    private static final int MAX_SIDE = 4096;

    @Test
    void roadsideIsAsAccurateOnFreshFramesAsItsProfileSays() throws Exception {
        int frames = 1500;
        try (LoadedNetwork network = new LoadedNetwork("roadside")) {
            RoadsideCamera camera = RoadsideCamera.live(20_260_101);
            int[] correct = new int[network.exits()];
            for (int i = 0; i < frames; i++) {
                RoadsideFrame frame = camera.next();
                count(
                        correct,
                        network.labels(frame.jpeg()),
                        network.labels().indexOf(frame.truth().label()));
            }
            for (int exit = 1; exit <= correct.length; exit++) {
                double measured = correct[exit - 1] / (double) frames;
                assertThat(measured)
                        .as("exit %d", exit)
                        .isBetween(network.card(exit) - 0.03, network.card(exit) + 0.03);
            }
            assertThat(network.card(correct.length)).isGreaterThan(network.card(1) + 0.05);
        }
    }

    @Test
    void cifar10ReachesItsCardOnTheTestImages() throws Exception {
        Path zip = Path.of(System.getenv().getOrDefault("OFFRAMP_DATA", "../../shared/data"), "cifar10", "test.zip");
        assumeThat(zip)
                .as("CIFAR-10 test images, which are not part of this repository (set OFFRAMP_DATA)")
                .exists();
        try (LoadedNetwork network = new LoadedNetwork("cifar10");
                ZipFile images = new ZipFile(zip.toFile())) {
            int[] correct = new int[network.exits()];
            int count = 0;
            for (ZipEntry entry :
                    images.stream().filter(e -> e.getName().endsWith(".jpg")).toList()) {
                String label = Path.of(entry.getName()).getName(1).toString();
                byte[] jpeg = images.getInputStream(entry).readAllBytes();
                count(correct, network.labels(jpeg), network.labels().indexOf(label));
                count++;
            }
            assertThat(count).isEqualTo(5000);
            assertThat(network.exits()).isGreaterThanOrEqualTo(6);
            for (int exit = 1; exit <= correct.length; exit++) {
                double measured = correct[exit - 1] / (double) count;
                assertThat(measured)
                        .as("exit %d", exit)
                        .isBetween(network.card(exit) - 0.003, network.card(exit) + 0.003);
            }
            assertThat(correct[correct.length - 1] / (double) count).isGreaterThanOrEqualTo(0.85);
        }
    }

    private static void count(int[] correct, int[] labels, int truth) {
        for (int exit = 0; exit < correct.length; exit++) {
            correct[exit] += labels[exit] == truth ? 1 : 0;
        }
    }

    /** An example network, uncut, with its exit profile. */
    private static final class LoadedNetwork implements AutoCloseable {
        private final FrameTensors tensors = new FrameTensors(MAX_SIDE);
        private final OnnxNetwork network;
        private final Preprocessing preprocessing;
        private final ExitProfile profile;
        private final LoadedPartition partition;

        LoadedNetwork(String name) throws Exception {
            Path file = MODELS.resolve(name).resolve(name + ".onnx");
            this.network = OnnxNetwork.read(file);
            this.preprocessing = network.preprocessing();
            this.profile = ExitProfile.read(file.resolveSibling("profile.csv"));
            Partition whole =
                    Cutter.cut(network, List.of()).manifest().partitions().get(0);
            Partition uncut = new Partition(
                    0, network.digest(), Files.size(file), whole.input(), Optional.empty(), whole.exits());
            this.partition = new OnnxPartitionLoader().load(uncut, file, Optimisation.EXTENDED);
        }

        int exits() {
            return network.exits().size();
        }

        List<String> labels() {
            return network.labels();
        }

        /** Accuracy of an exit when every job leaves there, by the model's exit profile. */
        double card(int exit) {
            return profile.accuracy(exit);
        }

        /** What every exit says. */
        int[] labels(byte[] jpeg) throws Exception {
            ByteBuffer tensor = tensors.tensor(jpeg, preprocessing);
            return partition.run(tensor).scores().stream()
                    .mapToInt(LoadedNetwork::largest)
                    .toArray();
        }

        private static int largest(float[] scores) {
            int best = 0;
            for (int i = 1; i < scores.length; i++) {
                best = scores[i] > scores[best] ? i : best;
            }
            return best;
        }

        @Override
        public void close() throws IOException {
            partition.close();
        }
    }
}

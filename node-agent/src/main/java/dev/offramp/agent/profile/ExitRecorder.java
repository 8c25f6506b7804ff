package dev.offramp.agent.profile;

import dev.offramp.agent.exit.ExitGate;
import dev.offramp.agent.inference.InferenceException;
import dev.offramp.agent.inference.LoadedPartition;
import dev.offramp.agent.inference.PartitionLoader;
import dev.offramp.agent.ingress.FrameTensors;
import dev.offramp.agent.ingress.RefusalException;
import dev.offramp.partition.Exit;
import dev.offramp.partition.Optimisation;
import dev.offramp.partition.Partition;
import dev.offramp.partition.Scores;
import dev.offramp.partition.artifact.Preprocessing;
import dev.offramp.partition.onnx.Cutter;
import dev.offramp.partition.onnx.OnnxException;
import dev.offramp.partition.onnx.OnnxNetwork;
import dev.offramp.partition.policy.Thresholds;
import dev.offramp.partition.profile.ExitProfile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs an uncut network on images and keeps what every exit says. Used by one thread at a time. */
final class ExitRecorder implements AutoCloseable {
    private static final int MAX_FRAME_SIDE = 16_384;

    /** What every exit says about one image, in order of depth. */
    private record Answers(int truth, int[] labels, float[] confidences) {}

    private final LoadedPartition partition;
    private final Preprocessing preprocessing;
    private final Scores scores;
    private final List<String> labels;
    private final FrameTensors frames = new FrameTensors(MAX_FRAME_SIDE);
    private final List<Answers> recorded = new ArrayList<>();

    private ExitRecorder(LoadedPartition partition, Preprocessing preprocessing, Scores scores, List<String> labels) {
        this.partition = partition;
        this.preprocessing = preprocessing;
        this.scores = scores;
        this.labels = labels;
    }

    static ExitRecorder open(Path model, PartitionLoader loader)
            throws IOException, OnnxException, InferenceException, InterruptedException {
        OnnxNetwork network = OnnxNetwork.read(model);
        Partition whole = Cutter.cut(network, List.of()).manifest().partitions().get(0);
        Partition uncut =
                new Partition(0, network.digest(), Files.size(model), whole.input(), Optional.empty(), whole.exits());
        Preprocessing preprocessing = network.preprocessing();
        List<String> labels = network.labels();
        return new ExitRecorder(
                loader.load(uncut, model, Optimisation.EXTENDED), preprocessing, network.scores(), labels);
    }

    List<String> labels() {
        return labels;
    }

    /**
     * Runs one image of class {@code truth}.
     *
     * @throws RefusalException if the image cannot be read; nothing is kept of it
     * @throws InferenceException if an exit gives no scores
     */
    void record(byte[] image, int truth) throws RefusalException, InferenceException, InterruptedException {
        ByteBuffer tensor = frames.tensor(image, preprocessing);
        List<float[]> found = partition.run(tensor).scores();
        List<Exit> exits = partition.partition().exits();
        int[] label = new int[exits.size()];
        float[] confidence = new float[exits.size()];
        Thresholds open = Thresholds.uniform(exits.size(), 0f);
        for (int i = 0; i < exits.size(); i++) {
            ExitGate.Decision decision =
                    ExitGate.decide(exits.subList(i, i + 1), found.subList(i, i + 1), scores, open, exits.size());
            if (!(decision instanceof ExitGate.Decision.Leave leave)) {
                throw new InferenceException(
                        InferenceException.Kind.EXECUTION, "exit %d gives no scores that are numbers".formatted(i + 1));
            }
            label[i] = leave.label();
            confidence[i] = leave.confidence();
        }
        recorded.add(new Answers(truth, label, confidence));
    }

    /** What was recorded, in that order; at least one image must be. */
    ExitProfile profile() {
        int exits = partition.partition().exits().size();
        int[] truth = new int[recorded.size()];
        short[][] label = new short[exits][recorded.size()];
        float[][] confidence = new float[exits][recorded.size()];
        for (int sample = 0; sample < truth.length; sample++) {
            Answers answers = recorded.get(sample);
            truth[sample] = answers.truth();
            for (int exit = 0; exit < exits; exit++) {
                label[exit][sample] = (short) answers.labels()[exit];
                confidence[exit][sample] = answers.confidences()[exit];
            }
        }
        return ExitProfile.of(truth, label, confidence);
    }

    @Override
    public void close() {
        partition.close();
    }
}

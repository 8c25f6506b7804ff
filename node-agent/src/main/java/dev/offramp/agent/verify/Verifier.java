package dev.offramp.agent.verify;

import dev.offramp.agent.inference.Inference;
import dev.offramp.agent.inference.InferenceException;
import dev.offramp.agent.inference.LoadedPartition;
import dev.offramp.agent.inference.PartitionLoader;
import dev.offramp.partition.Exit;
import dev.offramp.partition.Optimisation;
import dev.offramp.partition.Partition;
import dev.offramp.partition.TensorSpec;
import dev.offramp.partition.artifact.Digest;
import dev.offramp.partition.artifact.Manifest;
import dev.offramp.partition.onnx.OnnxException;
import dev.offramp.partition.onnx.OnnxNetwork;
import dev.offramp.proto.ManifestFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Runs the uncut network and the chain of its partitions on the same inputs. Used by one thread at a time. */
public final class Verifier implements AutoCloseable {
    private static final int BYTE_VALUES = 256;

    private final Manifest manifest;
    private final LoadedPartition uncut;
    private final List<LoadedPartition> chain;

    private Verifier(Manifest manifest, LoadedPartition uncut, List<LoadedPartition> chain) {
        this.manifest = manifest;
        this.uncut = uncut;
        this.chain = chain;
    }

    /**
     * Loads both.
     *
     * @param directory holds the partitions of {@code manifest}
     * @param source the network they were cut from
     * @throws VerifyException if a file is not what the manifest says
     */
    public static Verifier open(
            Manifest manifest, Path directory, Path source, PartitionLoader loader, Optimisation optimisation)
            throws IOException, VerifyException, InferenceException, InterruptedException {
        check(source, network(source).digest(), manifest.source(), "the network the partitions were cut from");
        List<LoadedPartition> loaded = new ArrayList<>();
        try {
            loaded.add(loader.load(uncut(manifest, source), source, optimisation));
            for (Partition partition : manifest.partitions()) {
                Path file = directory.resolve(ManifestFile.partitionFile(partition.index()));
                Digest found = Digest.of(Files.readAllBytes(file));
                check(file, found, partition.digest(), "the manifest's partition " + partition.index());
                loaded.add(loader.load(partition, file, optimisation));
            }
            return new Verifier(manifest, loaded.getFirst(), loaded.subList(1, loaded.size()));
        } catch (IOException | VerifyException | InferenceException | InterruptedException | RuntimeException e) {
            loaded.forEach(LoadedPartition::close);
            throw e;
        }
    }

    private static Partition uncut(Manifest manifest, Path source) throws IOException {
        List<Exit> exits = manifest.partitions().stream()
                .flatMap(partition -> partition.exits().stream())
                .toList();
        return new Partition(
                0,
                manifest.source(),
                Files.size(source),
                manifest.partitions().getFirst().input(),
                Optional.empty(),
                exits);
    }

    /** The source's digest covers weights in files beside it, so that its own bytes do not tell. */
    private static OnnxNetwork network(Path source) throws IOException, VerifyException {
        try {
            return OnnxNetwork.read(source);
        } catch (OnnxException e) {
            throw new VerifyException("%s: %s".formatted(source, e.getMessage()));
        }
    }

    private static void check(Path file, Digest found, Digest expected, String what) throws VerifyException {
        if (!found.equals(expected)) {
            throw new VerifyException("%s has SHA-256 %s: expected %s of %s"
                    .formatted(file, found.abbreviated(), expected.abbreviated(), what));
        }
    }

    /** What both take. */
    public TensorSpec input() {
        return uncut.partition().input();
    }

    /** A random sample of what both take: standard normal where it is floating-point, any bytes elsewhere. */
    public ByteBuffer randomInput(RandomGenerator random) {
        TensorSpec spec = input();
        ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(spec.bytes())).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            switch (spec.type()) {
                case FLOAT32 -> buffer.putFloat((float) random.nextGaussian());
                case FLOAT16 -> buffer.putShort(Float.floatToFloat16((float) random.nextGaussian()));
                case FLOAT64 -> buffer.putDouble(random.nextGaussian());
                case INT32 -> buffer.putInt(random.nextInt(BYTE_VALUES));
                case INT64 -> buffer.putLong(random.nextInt(BYTE_VALUES));
                case BOOL -> buffer.put((byte) random.nextInt(2));
                case INT8, UINT8 -> buffer.put((byte) random.nextInt());
            }
        }
        return buffer.flip();
    }

    public Comparison compare(List<ByteBuffer> inputs) throws InferenceException, InterruptedException {
        double[] differences = new double[manifest.exits()];
        int labelChanges = 0;
        for (ByteBuffer input : inputs) {
            List<float[]> expected = uncut.run(input).scores();
            List<float[]> found = runChain(input);
            for (int exit = 0; exit < differences.length; exit++) {
                differences[exit] = Math.max(differences[exit], difference(expected.get(exit), found.get(exit)));
                labelChanges += largest(expected.get(exit)) == largest(found.get(exit)) ? 0 : 1;
            }
        }
        return new Comparison(inputs.size(), Arrays.stream(differences).boxed().toList(), labelChanges);
    }

    private List<float[]> runChain(ByteBuffer input) throws InferenceException, InterruptedException {
        List<float[]> scores = new ArrayList<>();
        ByteBuffer activation = input;
        for (LoadedPartition partition : chain) {
            Inference inference = partition.run(activation);
            scores.addAll(inference.scores());
            activation = inference.activation().orElse(activation);
        }
        return scores;
    }

    /** Not-a-number on one side only is as far as can be. */
    private static double difference(float[] expected, float[] found) {
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            if (Float.floatToIntBits(expected[i]) != Float.floatToIntBits(found[i])) {
                double difference = Math.abs((double) expected[i] - found[i]);
                largest = Math.max(largest, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
            }
        }
        return largest;
    }

    private static int largest(float[] scores) {
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        return best;
    }

    @Override
    public void close() {
        uncut.close();
        chain.forEach(LoadedPartition::close);
    }
}

package dev.offramp.agent.profile;

import dev.offramp.agent.codec.ActivationDecoder;
import dev.offramp.agent.codec.ActivationEncoder;
import dev.offramp.agent.codec.Encoded;
import dev.offramp.agent.codec.EncodingException;
import dev.offramp.agent.inference.Inference;
import dev.offramp.agent.inference.InferenceException;
import dev.offramp.agent.inference.LoadedPartition;
import dev.offramp.agent.inference.PartitionLoader;
import dev.offramp.agent.ingress.FrameTensors;
import dev.offramp.agent.ingress.RefusalException;
import dev.offramp.partition.ActivationCodec;
import dev.offramp.partition.ActivationCodec.Numbers;
import dev.offramp.partition.Optimisation;
import dev.offramp.partition.TensorSpec;
import dev.offramp.partition.artifact.Manifest;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Runs a network in two partitions, with each codec between them. Used by one thread at a time. */
final class CodecRecorder implements AutoCloseable {
    private static final int MAX_FRAME_SIDE = 16_384;

    private final Manifest manifest;
    private final LoadedPartition first;
    private final LoadedPartition second;
    private final FrameTensors frames = new FrameTensors(MAX_FRAME_SIDE);
    private final ActivationEncoder encoder = new ActivationEncoder();
    private final ActivationDecoder decoder = new ActivationDecoder();

    private CodecRecorder(Manifest manifest, LoadedPartition first, LoadedPartition second) {
        this.manifest = manifest;
        this.first = first;
        this.second = second;
    }

    /** @param files of the manifest's two partitions */
    static CodecRecorder open(Manifest manifest, List<Path> files, PartitionLoader loader)
            throws InferenceException, InterruptedException {
        LoadedPartition first = loader.load(manifest.partitions().getFirst(), files.getFirst(), Optimisation.EXTENDED);
        try {
            LoadedPartition second =
                    loader.load(manifest.partitions().getLast(), files.getLast(), Optimisation.EXTENDED);
            return new CodecRecorder(manifest, first, second);
        } catch (InferenceException | InterruptedException | RuntimeException e) {
            first.close();
            throw e;
        }
    }

    /**
     * Runs one image of class {@code truth}.
     *
     * @throws RefusalException if the image cannot be read; nothing is counted of it
     */
    void record(byte[] image, int truth, CodecTally into)
            throws RefusalException, InferenceException, InterruptedException, EncodingException {
        TensorSpec tensor = second.partition().input();
        Inference inference = first.run(frames.tensor(image, manifest.preprocessing()));
        ByteBuffer activation = inference.activation().orElseThrow();
        Map<Numbers, int[]> labels = new EnumMap<>(Numbers.class);
        Map<ActivationCodec, Integer> bytes = new EnumMap<>(ActivationCodec.class);
        for (ActivationCodec codec : ActivationCodec.values()) {
            Encoded encoded = encoder.encode(activation.duplicate(), tensor, codec);
            bytes.put(codec, encoded.bytes().remaining());
            if (!labels.containsKey(codec.numbers())) {
                ByteBuffer arrived = decoder.decode(encoded.codec(), encoded.bytes(), activation.remaining());
                labels.put(codec.numbers(), labels(second.run(arrived).scores()));
            }
        }
        inference.handBack().run();
        into.record(truth, labels, bytes);
    }

    private static int[] labels(List<float[]> scores) {
        int[] labels = new int[scores.size()];
        for (int exit = 0; exit < labels.length; exit++) {
            float[] one = scores.get(exit);
            for (int label = 1; label < one.length; label++) {
                labels[exit] = one[label] > one[labels[exit]] ? label : labels[exit];
            }
        }
        return labels;
    }

    @Override
    public void close() {
        encoder.close();
        decoder.close();
        first.close();
        second.close();
    }
}

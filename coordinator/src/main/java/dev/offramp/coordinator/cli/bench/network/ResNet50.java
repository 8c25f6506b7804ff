package dev.offramp.coordinator.cli.bench.network;

import dev.offramp.partition.onnx.OnnxException;
import dev.offramp.partition.onnx.OnnxNetwork;

/**
 * A network of ResNet-50's shape and size, batch normalisation folded: 53 convolutions, 25.5 million parameters, 4.1 billion
 * multiply-accumulates, one exit. Its weights are random, so that nobody has to fetch any. Stateless.
 */
public final class ResNet50 {
    public static final String NAME = "resnet50";

    private static final int SIDE = 224;
    private static final int CLASSES = 1000;
    private static final int STEM = 64;
    private static final int EXPANSION = 4;
    private static final int[] BLOCKS = {3, 4, 6, 3};
    private static final long SEED = 50;
    /** What a block adds to what passes it by: little, so that numbers stay small over 16 blocks. */
    private static final double BRANCH_GAIN = 0.2;

    private ResNet50() {}

    public static OnnxNetwork network() throws OnnxException {
        GraphBuilder graph = new GraphBuilder(NAME, SEED);
        String image = graph.input("image", 3, SIDE, SIDE);
        String at = graph.relu("stem.relu", graph.convolution("stem", image, 3, STEM, 7, 2, 1));
        at = graph.maxPool("stem.pool", at, 3, 2);
        int channels = STEM;
        for (int stage = 0; stage < BLOCKS.length; stage++) {
            int width = STEM << stage;
            for (int block = 0; block < BLOCKS[stage]; block++) {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                at = bottleneck(graph, "stage%d.block%d".formatted(stage + 1, block + 1), at, channels, width, stride);
                channels = EXPANSION * width;
            }
        }
        graph.output(graph.head("scores", at, channels, CLASSES), CLASSES);
        return graph.network(NAME);
    }

    private static String bottleneck(
            GraphBuilder graph, String name, String input, int channels, int width, int stride) {
        int out = EXPANSION * width;
        String branch =
                graph.relu(name + ".relu1", graph.convolution(name + ".conv1", input, channels, width, 1, 1, 1));
        branch = graph.relu(name + ".relu2", graph.convolution(name + ".conv2", branch, width, width, 3, stride, 1));
        branch = graph.convolution(name + ".conv3", branch, width, out, 1, 1, BRANCH_GAIN);
        String passed = channels == out && stride == 1
                ? input
                : graph.convolution(name + ".shortcut", input, channels, out, 1, stride, 1);
        return graph.relu(name, graph.add(name + ".sum", branch, passed));
    }
}

package dev.offramp.partition.onnx;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.offramp.partition.Cut;
import dev.offramp.partition.Exit;
import dev.offramp.partition.Scores;
import dev.offramp.partition.TensorSpec;
import dev.offramp.partition.artifact.Digest;
import dev.offramp.partition.artifact.Preprocessing;
import dev.offramp.partition.onnx.OnnxException.Reason;
import dev.offramp.partition.onnx.schema.ModelProto;
import dev.offramp.partition.onnx.schema.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A network read from an ONNX file: its operators in order of execution, its exits, and every place where one tensor
 * crosses. Jobs run with batch 1; a symbolic batch stays symbolic unless a shape computed from it would have to cross
 * a cut, in which case the partitions are {@linkplain #isBatchFrozen() frozen} to batch 1. Immutable.
 */
public final class OnnxNetwork {
    /** Largest model read, external data included. */
    public static final long MAX_BYTES = 1L << 30;

    private static final String DEFAULT_DOMAIN = "";

    private final ModelProto model;
    private final Digest digest;
    private final String fileName;
    private final Metadata metadata;
    private final Graph graph;
    private final List<String> exitOutputs;
    private final Shapes shapes;
    private final List<Operator> order;
    private final List<Cut> cuts;

    private OnnxNetwork(ModelProto model, Digest digest, String fileName) throws OnnxException {
        this.model = model;
        this.digest = digest;
        this.fileName = fileName;
        this.metadata = new Metadata(model);
        List<String> outputs = outputs(model, metadata);
        this.graph = new Graph(model.getGraph(), outputs);
        this.exitOutputs = byDepth(graph, outputs);
        this.shapes = new Shapes(model.getGraph(), graph);
        this.order = Schedule.of(graph, exitOutputs, shapes::isConstant);
        this.cuts = new CutSearch(this).find();
    }

    /** Reads a file, weights in files beside it included. */
    public static OnnxNetwork read(Path file) throws OnnxException, IOException {
        long size = Files.size(file);
        if (size > MAX_BYTES) {
            throw new OnnxException(
                    Reason.UNSUPPORTED,
                    "'%s' has %d bytes: expected at most %d".formatted(file.getFileName(), size, MAX_BYTES));
        }
        byte[] bytes = Files.readAllBytes(file);
        ModelProto model = parseModel(bytes);
        if (ExternalData.isUsed(model)) {
            Path directory = file.toAbsolutePath().getParent();
            model = ExternalData.inline(model, directory == null ? Path.of("/") : directory, MAX_BYTES);
            bytes = model.toByteArray();
        }
        String name = String.valueOf(file.getFileName()).replaceFirst("\\.onnx$", "");
        return build(model, Digest.of(bytes), name);
    }

    /** Reads a model that has all its weights inside. */
    public static OnnxNetwork parse(byte[] bytes) throws OnnxException {
        ModelProto model = parseModel(bytes);
        if (ExternalData.isUsed(model)) {
            throw new OnnxException(
                    Reason.EXTERNAL_DATA, "the model's weights are in other files: read it from its file");
        }
        return build(model, Digest.of(bytes), "model");
    }

    private static ModelProto parseModel(byte[] bytes) throws OnnxException {
        try {
            ModelProto model = ModelProto.parseFrom(bytes);
            if (model.getGraph().getNodeCount() == 0 || model.getGraph().getOutputCount() == 0) {
                throw new OnnxException(Reason.MALFORMED, "no ONNX model: expected a graph with operators and outputs");
            }
            return model;
        } catch (InvalidProtocolBufferException e) {
            throw new OnnxException(Reason.MALFORMED, "no ONNX model: " + e.getMessage());
        }
    }

    private static OnnxNetwork build(ModelProto model, Digest digest, String name) throws OnnxException {
        try {
            return new OnnxNetwork(model, digest, name);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new OnnxException(Reason.MALFORMED, "the model contradicts itself: " + e.getMessage());
        }
    }

    private static List<String> outputs(ModelProto model, Metadata metadata) throws OnnxException {
        List<String> all = model.getGraph().getOutputList().stream()
                .map(ValueInfoProto::getName)
                .toList();
        List<String> named = metadata.exits();
        if (!all.containsAll(named) || new HashSet<>(named).size() != named.size()) {
            throw new OnnxException(
                    Reason.MALFORMED,
                    "metadata offramp.exits names %s: expected outputs of the graph, each once; it has %s"
                            .formatted(named, all));
        }
        return named.isEmpty() ? all : named;
    }

    /** An exit is deeper than another if more operators lead to it. */
    private static List<String> byDepth(Graph graph, List<String> outputs) {
        Map<String, Integer> depth = new HashMap<>();
        outputs.forEach(output -> depth.put(output, graph.ancestors(output).size()));
        return outputs.stream().sorted(Comparator.comparing(depth::get)).toList();
    }

    ModelProto model() {
        return model;
    }

    Graph graph() {
        return graph;
    }

    List<Operator> order() {
        return order;
    }

    Shapes shapes() {
        return shapes;
    }

    /** SHA-256 of the file; of the model with its weights inside where they are in files beside it. */
    public Digest digest() {
        return digest;
    }

    /** The model's own name for its service, else the file's, in the form that names have here. */
    public String name() {
        String name = metadata.service().orElse(fileName).toLowerCase(java.util.Locale.ROOT);
        String clean = name.replaceAll("[^a-z0-9._-]+", "-").replaceAll("^[^a-z0-9]+|[^a-z0-9]+$", "");
        return clean.isEmpty() ? "model" : clean.substring(0, Math.min(63, clean.length()));
    }

    /** What the network takes. */
    public TensorSpec input() {
        return shapes.spec(graph.input().getName())
                .orElseThrow(() -> new IllegalStateException("the input's type was checked when it was read"));
    }

    /** Exits in order of depth. */
    public List<Exit> exits() {
        List<Exit> exits = new ArrayList<>();
        for (String output : exitOutputs) {
            exits.add(new Exit(exits.size() + 1, output));
        }
        return exits;
    }

    /** Every place where the network can be cut, in order of execution. */
    public List<Cut> cuts() {
        return cuts;
    }

    /** The cut at a tensor, or an error that names the cuts there are. */
    public Cut cutAt(String tensor) throws OnnxException {
        for (Cut cut : cuts) {
            if (cut.tensor().name().equals(tensor)) {
                return cut;
            }
        }
        List<String> names = cuts.stream().map(cut -> cut.tensor().name()).toList();
        throw new OnnxException(
                Reason.UNKNOWN_CUT, "the network cannot be cut at '%s': expected one of %s".formatted(tensor, names));
    }

    /** Whether partitions have a fixed batch of 1 though the network's batch is symbolic. */
    public boolean isBatchFrozen() {
        return shapes.isBatchFrozen();
    }

    /** Elements of all initialisers that an exit depends on. */
    public long parameters() {
        Set<String> used = new HashSet<>();
        graph.operators().forEach(operator -> used.addAll(operator.uses()));
        return graph.initializers().values().stream()
                .filter(tensor -> used.contains(tensor.getName()))
                .mapToLong(tensor -> TensorValues.read(tensor).elements())
                .sum();
    }

    /** Multiply-accumulates of one sample up to a position in the order of execution. */
    public long multiplyAccumulates(int position) {
        return order.subList(0, position).stream()
                .mapToLong(operator -> Costs.multiplyAccumulates(operator, shapes))
                .sum();
    }

    /** Operators run for one sample; positions of cuts count these. */
    public int operatorCount() {
        return order.size();
    }

    /** Version of the default operator set. */
    public long opset() {
        return model.getOpsetImportList().stream()
                .filter(entry -> entry.getDomain().equals(DEFAULT_DOMAIN)
                        || entry.getDomain().equals("ai.onnx"))
                .mapToLong(entry -> entry.getVersion())
                .findFirst()
                .orElse(0);
    }

    public long irVersion() {
        return model.getIrVersion();
    }

    /** Class names, from the metadata, else {@code class-0} and so on. */
    public List<String> labels() {
        if (!metadata.labels().isEmpty()) {
            return metadata.labels();
        }
        ShapedTensor last = shapes.of(exitOutputs.get(exitOutputs.size() - 1));
        List<String> labels = new ArrayList<>();
        long classes = last == null || last.rank() == 0 ? 0 : last.dim(-1);
        for (int i = 0; i < Math.min(classes, 100_000); i++) {
            labels.add("class-" + i);
        }
        return labels;
    }

    /** What the exits hold, from the metadata, else by whether a Softmax makes them. */
    public Scores scores() throws OnnxException {
        Optional<Scores> stated = metadata.scores();
        if (stated.isPresent()) {
            return stated.get();
        }
        boolean normalised = exitOutputs.stream().allMatch(output -> {
            Operator producer = graph.producer(output);
            return producer != null && producer.node().getOpType().equals("Softmax");
        });
        return normalised ? Scores.PROBABILITIES : Scores.LOGITS;
    }

    /** How frames become inputs. */
    public Preprocessing preprocessing() throws OnnxException {
        return metadata.preprocessing(input());
    }
}

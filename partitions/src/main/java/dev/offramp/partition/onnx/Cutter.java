package dev.offramp.partition.onnx;

import dev.offramp.partition.Cut;
import dev.offramp.partition.Exit;
import dev.offramp.partition.Partition;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.TensorSpec;
import dev.offramp.partition.artifact.Digest;
import dev.offramp.partition.artifact.Manifest;
import dev.offramp.partition.onnx.OnnxException.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Cuts networks into partitions. Stateless. */
public final class Cutter {
    /** Operators that ONNX Runtime fuses into the one before them. */
    private static final Set<String> FUSED_INTO_PRODUCER = Set.of(
            "Relu",
            "LeakyRelu",
            "Clip",
            "Sigmoid",
            "HardSigmoid",
            "HardSwish",
            "Tanh",
            "Erf",
            "Gelu",
            "Mul",
            "Add",
            "Sub",
            "Div",
            "BatchNormalization",
            "QuantizeLinear",
            "Pad");

    private static final Set<String> FUSING = Set.of(
            "Conv",
            "ConvTranspose",
            "Gemm",
            "MatMul",
            "BatchNormalization",
            "DequantizeLinear",
            "Pad",
            "Sigmoid",
            "HardSigmoid",
            "Erf",
            "ConvInteger",
            "MatMulInteger");

    private Cutter() {}

    /**
     * The cuts for {@code parts} partitions whose most expensive one is as cheap as can be (multiply-accumulates and
     * elements written); among equals, those with the fewest bytes crossing. Cuts that would keep ONNX Runtime from
     * fusing operators are left out if enough others remain.
     */
    public static List<Cut> balanced(OnnxNetwork network, int parts) throws OnnxException {
        List<Cut> all = network.cuts();
        if (parts < 1 || parts > all.size() + 1) {
            throw new OnnxException(Reason.NO_CUT, tooMany(network, parts));
        }
        List<Cut> natural = all.stream().filter(cut -> isNatural(network, cut)).toList();
        return new Balance(network, natural.size() >= parts - 1 ? natural : all).choose(parts);
    }

    private static String tooMany(OnnxNetwork network, int parts) {
        int most = network.cuts().size() + 1;
        return most == 1
                ? "the network cannot be cut: at every place between its operators two or more tensors are needed later, or the one tensor's shape is not known before it runs"
                : "the network cannot be cut into %d partitions: expected 1 to %d".formatted(parts, most);
    }

    /** Whether no operator after the cut would have been fused with one before it. */
    static boolean isNatural(OnnxNetwork network, Cut cut) {
        String tensor = cut.tensor().name();
        Operator producer = network.graph().producer(tensor);
        if (producer == null) {
            return false;
        }
        String made = producer.node().getOpType();
        for (Operator reader :
                network.order().subList(cut.position(), network.order().size())) {
            if (reader.uses().contains(tensor)) {
                String reads = reader.node().getOpType();
                boolean quantised = made.equals("DequantizeLinear") || reads.equals("QuantizeLinear");
                boolean activation = made.equals("Add") && reads.equals("Relu");
                if (quantised || activation || (FUSING.contains(made) && FUSED_INTO_PRODUCER.contains(reads))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Cuts the network at {@code cuts}, which are its own, in any order; none gives one partition. */
    public static Cutting cut(OnnxNetwork network, List<Cut> cuts) throws OnnxException {
        List<Cut> ordered = cuts.stream()
                .distinct()
                .sorted(Comparator.comparingInt(Cut::position))
                .toList();
        for (Cut cut : ordered) {
            if (!network.cuts().contains(cut)) {
                throw new OnnxException(
                        Reason.UNKNOWN_CUT,
                        "'%s' is no cut of this network".formatted(cut.tensor().name()));
            }
        }
        Carving carving = new Carving(network);
        List<Partition> partitions = new ArrayList<>();
        List<byte[]> files = new ArrayList<>();
        int from = 0;
        TensorSpec input = network.input();
        for (int i = 0; i <= ordered.size(); i++) {
            boolean last = i == ordered.size();
            int to = last ? network.order().size() : ordered.get(i).position();
            Optional<TensorSpec> edge =
                    last ? Optional.empty() : Optional.of(ordered.get(i).tensor());
            List<Exit> exits = carving.exits(from, to);
            byte[] file = carving.carve(i, from, to, input, edge, exits).toByteArray();
            partitions.add(new Partition(i, Digest.of(file), file.length, input, edge, exits));
            files.add(file);
            from = to;
            input = edge.orElse(input);
        }
        Manifest manifest = new Manifest(
                new ServiceId(network.name()),
                network.digest(),
                network.labels(),
                network.scores(),
                network.preprocessing(),
                partitions);
        return new Cutting(manifest, files);
    }
}

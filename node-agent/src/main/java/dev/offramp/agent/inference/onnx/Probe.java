package dev.offramp.agent.inference.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.offramp.agent.inference.InferenceException;
import dev.offramp.agent.inference.InferenceException.Kind;
import dev.offramp.partition.Exit;
import dev.offramp.partition.Partition;
import dev.offramp.partition.TensorSpec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A first run on zeros: a file whose inputs or outputs are not what the manifest says fails here. Stateless. */
final class Probe {
    private Probe() {}

    /**
     * What the session gives for one sample.
     *
     * @param zeros the sample
     * @return type and shape of every output that the manifest names
     */
    static Map<String, TensorInfo> outputs(Partition partition, OrtSession session, OnnxTensor zeros)
            throws InferenceException {
        String input = partition.input().name();
        if (!session.getInputNames().equals(Set.of(input))) {
            throw mismatch(
                    partition,
                    "the file takes %s: expected '%s' alone, as the manifest says"
                            .formatted(session.getInputNames(), input),
                    null);
        }
        Set<String> wanted = wanted(partition);
        for (String name : wanted) {
            if (!session.getOutputNames().contains(name)) {
                throw mismatch(
                        partition,
                        "the file has no output '%s' that the manifest names; it has %s"
                                .formatted(name, session.getOutputNames()),
                        null);
            }
        }
        try (OrtSession.Result result = session.run(Map.of(input, zeros), wanted)) {
            return checked(partition, result);
        } catch (OrtException e) {
            throw mismatch(partition, OnnxPartitionLoader.rootMessage(e), e);
        }
    }

    private static Set<String> wanted(Partition partition) {
        Set<String> names = new LinkedHashSet<>();
        partition.exits().forEach(exit -> names.add(exit.output()));
        partition.output().ifPresent(spec -> names.add(spec.name()));
        return names;
    }

    private static Map<String, TensorInfo> checked(Partition partition, OrtSession.Result result)
            throws InferenceException {
        Map<String, TensorInfo> infos = new HashMap<>();
        for (Map.Entry<String, OnnxValue> output : result) {
            if (!(output.getValue() instanceof OnnxTensor tensor)) {
                throw mismatch(
                        partition,
                        "output '%s' is a %s: expected a tensor"
                                .formatted(output.getKey(), output.getValue().getType()),
                        null);
            }
            infos.put(output.getKey(), tensor.getInfo());
        }
        for (Exit exit : partition.exits()) {
            TensorInfo info = output(partition, infos, exit.output());
            if (!ScoreTensor.isFloatingPoint(info.type)) {
                throw mismatch(
                        partition,
                        "scores '%s' have type %s: expected a floating-point type".formatted(exit.output(), info.type),
                        null);
            }
        }
        if (partition.output().isPresent()) {
            TensorSpec spec = partition.output().get();
            checkActivation(partition, spec, output(partition, infos, spec.name()));
        }
        return infos;
    }

    /** Of those that a run gave. */
    static TensorInfo output(Partition partition, Map<String, TensorInfo> infos, String name)
            throws InferenceException {
        TensorInfo info = infos.get(name);
        if (info == null) {
            throw mismatch(partition, "there is no output '%s'".formatted(name), null);
        }
        return info;
    }

    private static void checkActivation(Partition partition, TensorSpec spec, TensorInfo info)
            throws InferenceException {
        if (info.type != Tensors.type(spec.type()) || !Arrays.equals(info.getShape(), Tensors.shape(spec))) {
            throw mismatch(
                    partition,
                    "output '%s' is %s: expected %s".formatted(spec.name(), Tensors.signature(info), spec.signature()),
                    null);
        }
    }

    private static InferenceException mismatch(Partition partition, String what, @Nullable Throwable cause) {
        return new InferenceException(
                Kind.MODEL_MISMATCH,
                "partition %d (%s) does not run as its manifest says: %s"
                        .formatted(partition.index(), partition.digest().abbreviated(), what),
                cause);
    }
}

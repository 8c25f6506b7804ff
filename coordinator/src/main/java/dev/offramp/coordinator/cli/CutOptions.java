package dev.offramp.coordinator.cli;

import dev.offramp.partition.Cut;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.onnx.Cutter;
import dev.offramp.partition.onnx.Cutting;
import dev.offramp.partition.onnx.OnnxException;
import dev.offramp.partition.onnx.OnnxNetwork;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where to cut a network, and what to call the model. */
final class CutOptions {
    @Option(names = "--parts", paramLabel = "N", description = "Cut into N partitions of about equal cost.")
    private @Nullable Integer parts;

    @Option(
            names = "--cut",
            split = ",",
            paramLabel = "TENSOR",
            description = "Cut at these tensors; 'offramp model inspect' lists them.")
    private @Nullable List<String> tensors;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "What the model is called (default: the name in the file, else the file's).")
    private @Nullable String name;

    boolean isGiven() {
        return parts != null || tensors != null;
    }

    Cutting cut(OnnxNetwork network) throws CliException {
        Integer count = parts;
        List<String> at = tensors;
        if ((count == null) == (at == null)) {
            throw new CliException(
                    ExitCode.USAGE, "say where to cut: either --parts N or --cut TENSOR,…, e.g. --parts 3");
        }
        try {
            Cutting cutting = Cutter.cut(network, count == null ? named(network, at) : Cutter.balanced(network, count));
            return renamed(cutting);
        } catch (OnnxException e) {
            throw new CliException(
                    e.reason() == OnnxException.Reason.UNKNOWN_CUT ? ExitCode.NOT_FOUND : ExitCode.ERROR,
                    String.valueOf(e.getMessage()),
                    e);
        }
    }

    private static List<Cut> named(OnnxNetwork network, @Nullable List<String> tensors) throws OnnxException {
        List<Cut> cuts = new ArrayList<>();
        for (String tensor : tensors == null ? List.<String>of() : tensors) {
            cuts.add(network.cutAt(tensor));
        }
        return cuts;
    }

    /** Under the name that was asked for, if one was. */
    Cutting renamed(Cutting cutting) throws CliException {
        String wanted = name;
        if (wanted == null) {
            return cutting;
        }
        try {
            return cutting.named(new ServiceId(wanted));
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }
}

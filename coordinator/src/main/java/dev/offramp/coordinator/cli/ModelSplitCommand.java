package dev.offramp.coordinator.cli;

import dev.offramp.partition.onnx.Cutting;
import dev.offramp.partition.onnx.OnnxNetwork;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code model split M.onnx --parts 3}. */
@Command(
        name = "split",
        description = "Cuts a network into partitions, with a manifest.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class ModelSplitCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "MODEL.onnx", description = "The network.")
    private Path model;

    @Mixin
    private CutOptions cuts;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where the partitions go (default: the model's name, with '.parts').")
    private @Nullable Path out;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws CliException {
        OnnxNetwork network = ModelFiles.network(model);
        Cutting cutting = cuts.cut(network);
        Path directory = out == null ? Path.of(cutting.manifest().model() + ".parts") : out;
        ModelFiles.write(cutting, model, directory);
        PrintWriter writer = spec.commandLine().getOut();
        if (output.isJson()) {
            Json.print(writer, ManifestView.json(cutting.manifest()).put("directory", directory.toString()));
        } else {
            writer.printf(
                    "%s: %d partitions in %s%n",
                    cutting.manifest().model(), cutting.manifest().partitions().size(), directory);
            ManifestView.print(cutting.manifest(), writer);
        }
        return ExitCode.OK;
    }
}

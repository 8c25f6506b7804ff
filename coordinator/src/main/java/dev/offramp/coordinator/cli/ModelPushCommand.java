package dev.offramp.coordinator.cli;

import dev.offramp.partition.onnx.Cutting;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code model push DIR} or {@code model push M.onnx --parts 3}. */
@Command(
        name = "push",
        description = {
            "Brings a split model to the coordinator; pushing it again changes nothing.",
            "A profile.csv beside it, as 'offramp profile exits' makes it, goes along: schedulers need it."
        },
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class ModelPushCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "DIR|MODEL.onnx",
            description = "What 'offramp model split' wrote, or a network to split first.")
    private Path model;

    @Mixin
    private CutOptions cuts;

    @Mixin
    private CoordinatorOptions coordinator;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws CliException, InterruptedException {
        Cutting cutting = cutting();
        Optional<byte[]> profile = ModelFiles.profile(model, cutting.manifest());
        boolean alreadyThere;
        try (CoordinatorClient client = coordinator.connect()) {
            alreadyThere = client.push(cutting, profile);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (output.isJson()) {
            Json.print(
                    out,
                    ManifestView.json(cutting.manifest())
                            .put("alreadyThere", alreadyThere)
                            .put("profiled", profile.isPresent()));
        } else {
            out.printf(
                    "%s (%d partitions, %s exit profile) %s%n",
                    cutting.manifest().model(),
                    cutting.manifest().partitions().size(),
                    profile.isPresent() ? "with" : "no",
                    alreadyThere ? "was there already" : "is pushed");
            out.flush();
        }
        return ExitCode.OK;
    }

    private Cutting cutting() throws CliException {
        if (!Files.isDirectory(model)) {
            return cuts.cut(ModelFiles.network(model));
        }
        if (cuts.isGiven()) {
            throw new CliException(ExitCode.USAGE, "%s is split already: leave out --parts and --cut".formatted(model));
        }
        return cuts.renamed(ModelFiles.read(model));
    }
}

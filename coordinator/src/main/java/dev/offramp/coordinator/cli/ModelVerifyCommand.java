package dev.offramp.coordinator.cli;

import dev.offramp.partition.artifact.Manifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code model verify DIR}: in the agent's program, which has the inference engine. */
@Command(
        name = "verify",
        description = "Runs partitions and the network they were cut from on the same inputs; 1 if they differ.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class ModelVerifyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "Holds manifest.json and the partitions.")
    private Path directory;

    @Option(
            names = "--model",
            paramLabel = "FILE",
            description =
                    "The uncut network (default: found by its SHA-256 where it was split, in DIR, above it, or here).")
    private @Nullable Path model;

    @Option(
            names = "--inputs",
            defaultValue = "20",
            paramLabel = "N",
            description = "Random inputs (default: ${DEFAULT-VALUE}).")
    private int inputs;

    @Option(names = "--image", paramLabel = "FILE", description = "A JPEG or PNG to run besides; may be repeated.")
    private List<Path> images = List.of();

    @Option(
            names = "--seed",
            defaultValue = "1",
            paramLabel = "S",
            description = "Of the random inputs (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--tolerance",
            defaultValue = "0",
            paramLabel = "D",
            description = "Largest absolute difference accepted (default: ${DEFAULT-VALUE}, bit for bit).")
    private double tolerance;

    @Option(
            names = "--optimisation",
            defaultValue = "extended",
            paramLabel = "LEVEL",
            description = "extended, or all: faster, and cut and uncut differ in the last digits"
                    + " (default: ${DEFAULT-VALUE}).")
    private String optimisation;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws CliException, InterruptedException {
        Manifest manifest = ModelFiles.manifest(directory);
        Path network = model == null
                ? ModelFiles.source(directory, manifest)
                        .orElseThrow(() -> new CliException(
                                ExitCode.NOT_FOUND,
                                "the network with SHA-256 %s, which %s was split from, is not found\nName it with --model FILE"
                                        .formatted(manifest.source().abbreviated(), directory)))
                : model;
        List<String> arguments = new ArrayList<>(List.of(
                "verify",
                directory.toString(),
                "--model=" + network,
                "--inputs=" + inputs,
                "--seed=" + seed,
                "--tolerance=" + tolerance,
                "--optimisation=" + optimisation,
                "--output=" + (output.isJson() ? "json" : "text")));
        images.forEach(image -> arguments.add("--image=" + image));
        return AgentCommand.run(arguments);
    }
}

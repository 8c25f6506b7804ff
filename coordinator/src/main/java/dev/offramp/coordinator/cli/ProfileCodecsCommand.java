package dev.offramp.coordinator.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code profile codecs MODEL IMAGES}: in the agent's program, which has the inference engine. */
@Command(
        name = "codecs",
        description = "Measures what the codecs of activations cost a network in accuracy, cut in two.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class ProfileCodecsCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "MODEL", description = "The uncut network with its exits.")
    private Path model;

    @Parameters(
            index = "1",
            paramLabel = "IMAGES",
            description = "Directory or zip file with JPEGs and PNGs in folders named as the network's labels.")
    private Path images;

    @Option(
            names = "--cut",
            paramLabel = "TENSOR,…",
            description = "Cut there; each of several is measured by itself (default: in two of about equal cost).")
    private @Nullable String cuts;

    @Option(names = "--images", paramLabel = "N", description = "So many, evenly from all of them (default: all).")
    private @Nullable Integer count;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws CliException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                "profile-codecs",
                model.toString(),
                images.toString(),
                "--output=" + (output.isJson() ? "json" : "text")));
        if (cuts != null) {
            arguments.add("--cut=" + cuts);
        }
        if (count != null) {
            arguments.add("--images=" + count);
        }
        return AgentCommand.run(arguments);
    }
}

package dev.offramp.coordinator.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code profile exits MODEL IMAGES}: in the agent's program, which has the inference engine. */
@Command(
        name = "exits",
        description = "Records label and confidence of every exit for labelled images; thresholds follow from that.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class ProfileExitsCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "MODEL", description = "The uncut network with its exits.")
    private Path model;

    @Parameters(
            index = "1",
            paramLabel = "IMAGES",
            description = "Directory or zip file with JPEGs and PNGs in folders named as the network's labels.")
    private Path images;

    @Option(
            names = "--out",
            defaultValue = "profile.csv",
            paramLabel = "FILE",
            description = "Where the profile goes (default: ${DEFAULT-VALUE}).")
    private Path file;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws CliException, InterruptedException {
        return AgentCommand.run(List.of(
                "profile-exits",
                model.toString(),
                images.toString(),
                "--out=" + file,
                "--output=" + (output.isJson() ? "json" : "text")));
    }
}

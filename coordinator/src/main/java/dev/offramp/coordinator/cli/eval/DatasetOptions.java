package dev.offramp.coordinator.cli.eval;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which deployments are looked at. */
@SuppressWarnings("NullAway.Init")
final class DatasetOptions {
    @Option(
            names = "--dataset",
            required = true,
            paramLabel = "DIR",
            description = "Deployments as published with ChainNet: capacity.txt, path.txt, service.txt, …")
    private Path directory;

    @Option(
            names = "--every",
            defaultValue = "1",
            paramLabel = "K",
            description = "Every K-th deployment only (default: ${DEFAULT-VALUE}).")
    private int every;

    List<ChainNetDataset.Problem> problems() throws CliException {
        if (every < 1) {
            throw new CliException(ExitCode.USAGE, "--every=%d must be at least 1".formatted(every));
        }
        if (!Files.isDirectory(directory)) {
            throw new CliException(ExitCode.NOT_FOUND, "there is no directory %s".formatted(directory));
        }
        try {
            List<ChainNetDataset.Problem> all = ChainNetDataset.read(directory);
            List<ChainNetDataset.Problem> some = new ArrayList<>();
            for (int i = 0; i < all.size(); i += every) {
                some.add(all.get(i));
            }
            return some;
        } catch (IOException e) {
            throw new CliException(ExitCode.ERROR, String.valueOf(e.getMessage()), e);
        }
    }
}

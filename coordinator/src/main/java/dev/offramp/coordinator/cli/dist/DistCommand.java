package dev.offramp.coordinator.cli.dist;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.Json;
import dev.offramp.coordinator.cli.OutputOption;
import dev.offramp.coordinator.cli.process.WorkDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dist}: what Ansible puts on boards. */
@Command(
        name = "dist",
        description = "Packs the agent and the coordinator for boards, each with its SHA-256 beside it.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
public final class DistCommand implements Callable<Integer> {
    private static final double MEBI = 1 << 20;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--platform",
            defaultValue = "linux-aarch64",
            paramLabel = "PLATFORM",
            description = "linux-aarch64 or linux-x86_64; may be repeated (default: ${DEFAULT-VALUE}).")
    private List<String> platforms;

    @Option(
            names = "--out",
            defaultValue = "dist",
            paramLabel = "DIR",
            description = "Where the archives go (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws CliException, InterruptedException {
        List<Platform> wanted;
        try {
            wanted = platforms.stream().map(Platform::of).distinct().toList();
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
        Path home = Path.of(System.getProperty("offramp.home", "."));
        ArrayNode archives = Json.object().putArray("archives");
        try {
            Path made = Files.createDirectories(out.toAbsolutePath());
            for (Platform platform : wanted) {
                Distribution distribution = new Distribution(home, platform);
                try (WorkDirectory staging = WorkDirectory.open("dist", Optional.empty())) {
                    print(distribution.agent(staging.path().resolve("agent"), made), archives);
                    print(distribution.coordinator(staging.path().resolve("coordinator"), made), archives);
                }
            }
        } catch (IOException e) {
            throw new CliException(ExitCode.ERROR, "nothing is packed: " + e.getMessage(), e);
        }
        if (output.isJson()) {
            ObjectNode document = Json.object();
            document.set("archives", archives);
            Json.print(spec.commandLine().getOut(), document);
        }
        return ExitCode.OK;
    }

    private void print(Distribution.Packed packed, ArrayNode archives) {
        archives.addObject()
                .put("file", packed.file().toString())
                .put("bytes", packed.bytes())
                .put("sha256", packed.digest().hex());
        if (!output.isJson()) {
            spec.commandLine()
                    .getOut()
                    .printf(
                            Locale.ROOT,
                            "%s  %.1f MiB  sha256 %s%n",
                            packed.file(),
                            packed.bytes() / MEBI,
                            packed.digest().abbreviated());
            spec.commandLine().getOut().flush();
        }
    }
}

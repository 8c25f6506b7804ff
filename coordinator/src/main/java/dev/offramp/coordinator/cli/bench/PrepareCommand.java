package dev.offramp.coordinator.cli.bench;

import dev.offramp.coordinator.cli.AgentDistribution;
import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.process.ChildProcess;
import dev.offramp.coordinator.cli.process.CleanUp;
import dev.offramp.coordinator.cli.process.ProcessTable;
import dev.offramp.coordinator.cli.process.WorkDirectory;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code prepare}: what makes agents on this machine start faster. Once after each build or update of the JDK. */
@Command(
        name = "prepare",
        description =
                "Makes agents on this machine start faster: runs one for some frames, as 'bench footprint' does, and"
                        + " keeps the classes it needed, parsed and linked. To be repeated after a new build or JDK.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
public final class PrepareCommand implements Callable<Integer> {
    private static final int FIRST_WITH_AOT_CACHE = 25;
    private static final int FRAMES = 200;
    /** So that the agent sends to its neighbour and receives from it. */
    private static final List<String> CHAIN = List.of(BenchCluster.FIRST, BenchCluster.SECOND, BenchCluster.FIRST);

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws CliException, InterruptedException {
        boolean aheadOfTime = Runtime.version().feature() >= FIRST_WITH_AOT_CACHE;
        AgentDistribution agent = AgentDistribution.locate();
        NanoClock clock = NanoClock.system();
        try (WorkDirectory directory = WorkDirectory.open("prepare", Optional.empty());
                ProcessTable processes = new ProcessTable(directory.path(), clock)) {
            CleanUp cleanUp = CleanUp.atExit(directory, processes);
            try {
                // A machine starts from one of them and cannot make another at the same time.
                Files.deleteIfExists(agent.archive(true));
                Files.deleteIfExists(agent.archive(false));
                Path made = directory.path().resolve("archive");
                String flag = (aheadOfTime ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + made;
                rehearse(flag, directory, processes, clock);
                keep(made, agent.archive(aheadOfTime));
                return ExitCode.OK;
            } finally {
                cleanUp.standDown();
            }
        } catch (IOException e) {
            throw new CliException(ExitCode.ERROR, "nothing is prepared: " + e.getMessage(), e);
        }
    }

    private static void rehearse(String flag, WorkDirectory directory, ProcessTable processes, NanoClock clock)
            throws CliException, IOException, InterruptedException {
        try (BenchCluster cluster = new BenchCluster(directory, processes, clock, Pause.system());
                Frames frames = new Frames(cluster.ingress())) {
            var unused = cluster.start(BenchCluster.SECOND);
            ChildProcess first = cluster.start(BenchCluster.FIRST, List.of(flag), UnaryOperator.identity());
            cluster.awaitUp(2);
            cluster.push(BenchCluster.NETWORK, CHAIN.size());
            cluster.place(BenchCluster.NETWORK, CHAIN);
            Frames.Sent sent = frames.send(FRAMES, 1, clock);
            if (sent.completed() == 0) {
                throw new IOException("no frame of %d was answered".formatted(sent.frames()));
            }
            cluster.stop(first);
        }
    }

    private void keep(Path made, Path place) throws IOException {
        if (!Files.exists(made)) {
            throw new IOException("the agent's Java has written no archive");
        }
        Path beside = place.resolveSibling(place.getFileName() + ".tmp");
        Files.copy(made, beside, StandardCopyOption.REPLACE_EXISTING);
        Files.move(beside, place, StandardCopyOption.ATOMIC_MOVE);
        spec.commandLine().getOut().printf("%s: %d MiB%n", place, Files.size(place) >> 20);
        spec.commandLine().getOut().flush();
    }
}

package dev.offramp.coordinator.cli.bench;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.process.ChildProcess;
import dev.offramp.coordinator.cli.process.LocalCoordinator;
import dev.offramp.coordinator.cli.process.ProcessTable;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A network namespace that a process which sleeps keeps. It has no name: it goes, links and all, with the last process in it,
 * however that ends. Needs root, iproute2 and util-linux. Confined to one thread.
 */
public final class NetworkNamespace {
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final long STARTING_NANOS = 5_000_000_000L;
    private static final long POLL_NANOS = 2_000_000;

    private final long keeper;

    private NetworkNamespace(long keeper) {
        this.keeper = keeper;
    }

    /** Whether this process may make one with a shaped link in it, which usually only root may. */
    public static boolean isPossible() throws InterruptedException {
        try {
            run(alone(List.of("ip", "link", "add", "try", "type", "bridge")));
            run(List.of("tc", "-Version"));
            run(List.of("nsenter", "--version"));
            return true;
        } catch (CliException e) {
            return false;
        }
    }

    /** The command line that runs {@code command} in a namespace of its own. */
    public static List<String> alone(List<String> command) {
        List<String> line = new ArrayList<>(List.of("unshare", "--net", "--"));
        line.addAll(command);
        return line;
    }

    /**
     * Runs a command of this program again, alone in a namespace, and waits for it.
     *
     * @param command the one that runs
     * @param inside what its command line is given in addition
     * @return its exit status
     */
    public static int runAgain(CommandSpec command, String inside) throws CliException, InterruptedException {
        if (!isPossible()) {
            throw new CliException(
                    ExitCode.UNAVAILABLE,
                    "links are shaped in network namespaces, which this process may not make\n"
                            + "Run it as root, where ip, tc, unshare and nsenter are installed");
        }
        List<String> arguments =
                new ArrayList<>(command.root().commandLine().getParseResult().originalArgs());
        arguments.add(inside);
        List<String> line = alone(LocalCoordinator.command(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xss1m",
                        "-Djava.awt.headless=true",
                        "-Dofframp.home=" + System.getProperty("offramp.home", ".")),
                arguments));
        try {
            Process process = new ProcessBuilder(line).inheritIO().start();
            try {
                return process.waitFor();
            } finally {
                process.destroy();
            }
        } catch (IOException e) {
            throw new CliException(ExitCode.ERROR, "cannot start in a namespace: " + e.getMessage(), e);
        }
    }

    /**
     * Makes one, its loopback up.
     *
     * @param name of the process that keeps it
     */
    public static NetworkNamespace open(String name, ProcessTable processes, NanoClock clock, Pause pause)
            throws CliException, IOException, InterruptedException {
        ChildProcess keeper = processes.start(name, alone(List.of("sleep", String.valueOf(LONGEST.toSeconds()))));
        long end = clock.nanoTime() + STARTING_NANOS;
        while (keeper.isAlive()
                && namespace(keeper.pid())
                        .equals(namespace(ProcessHandle.current().pid()))) {
            if (clock.nanoTime() > end) {
                throw refused("unshare --net", "nothing");
            }
            pause.pause(POLL_NANOS);
        }
        if (!keeper.isAlive()) {
            throw refused("unshare --net", keeper.lastWords());
        }
        NetworkNamespace made = new NetworkNamespace(keeper.pid());
        made.run("ip link set lo up");
        return made;
    }

    private static Path namespace(long pid) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc", String.valueOf(pid), "ns", "net"));
    }

    /** Of the process that keeps it, by which ip and nsenter know it. */
    public long pid() {
        return keeper;
    }

    /** The command line that runs {@code command} in here. */
    public List<String> in(List<String> command) {
        List<String> line = new ArrayList<>(List.of("nsenter", "--target", String.valueOf(keeper), "--net", "--"));
        line.addAll(command);
        return line;
    }

    /** Runs a command in here, its words separated by blanks. */
    public void run(String command) throws CliException, InterruptedException {
        run(in(List.of(command.split(" "))));
    }

    /** Runs a command where this process is. */
    public static void runHere(String command) throws CliException, InterruptedException {
        run(List.of(command.split(" ")));
    }

    private static void run(List<String> command) throws CliException, InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw refused(String.join(" ", command), said.strip());
            }
        } catch (IOException e) {
            throw refused(String.join(" ", command), String.valueOf(e.getMessage()));
        }
    }

    private static CliException refused(String command, String why) {
        return new CliException(
                ExitCode.UNAVAILABLE,
                "a shaped link cannot be made: '%s' says: %s\nIt needs root, iproute2 and util-linux"
                        .formatted(command, why));
    }
}

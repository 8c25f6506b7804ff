package dev.offramp.coordinator.cli.bench;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.process.CleanUp;
import dev.offramp.coordinator.cli.process.ProcessTable;
import dev.offramp.coordinator.cli.process.WorkDirectory;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.io.IOException;
import java.util.Optional;

/** Runs a bench with a cluster of its own, of which nothing is left afterwards. Stateless. */
public final class Benches {
    private Benches() {}

    /** What is done with the cluster. */
    @FunctionalInterface
    public interface Bench<T> {
        T run(BenchCluster cluster, ProcessTable processes, NanoClock clock, Pause pause)
                throws CliException, IOException, InterruptedException;
    }

    /** What came of it. */
    public static <T> T run(Bench<T> bench) throws CliException, InterruptedException {
        return run(BenchCluster::new, bench);
    }

    /** The same with a coordinator that agents reach under {@code host}. */
    public static <T> T run(String host, Bench<T> bench) throws CliException, InterruptedException {
        return run(
                (directory, processes, clock, pause) -> new BenchCluster(host, directory, processes, clock, pause),
                bench);
    }

    /** The same with certificates. */
    public static <T> T runWithMembers(Bench<T> bench) throws CliException, InterruptedException {
        return run(BenchCluster::ofMembers, bench);
    }

    @FunctionalInterface
    private interface Start {
        BenchCluster cluster(WorkDirectory directory, ProcessTable processes, NanoClock clock, Pause pause)
                throws CliException, IOException, InterruptedException;
    }

    private static <T> T run(Start start, Bench<T> bench) throws CliException, InterruptedException {
        NanoClock clock = NanoClock.system();
        Pause pause = Pause.system();
        try (WorkDirectory directory = WorkDirectory.open("bench", Optional.empty());
                ProcessTable processes = new ProcessTable(directory.path(), clock)) {
            CleanUp cleanUp = CleanUp.atExit(directory, processes);
            try (BenchCluster cluster = start.cluster(directory, processes, clock, pause)) {
                return bench.run(cluster, processes, clock, pause);
            } finally {
                cleanUp.standDown();
            }
        } catch (IOException e) {
            throw new CliException(ExitCode.ERROR, "the bench cannot go on: " + e.getMessage(), e);
        }
    }
}

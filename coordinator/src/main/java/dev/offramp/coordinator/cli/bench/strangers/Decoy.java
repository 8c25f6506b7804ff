package dev.offramp.coordinator.cli.bench.strangers;

import dev.offramp.coordinator.cli.process.ChildProcess;
import dev.offramp.coordinator.cli.process.LocalCoordinator;
import dev.offramp.coordinator.cli.process.ProcessTable;
import dev.offramp.partition.HostPort;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A process with the least priority whose ports treat strangers as members' ports do. Immutable. */
record Decoy(List<HostPort> doors, HostPort open) {
    static Decoy start(
            int doors, Path identity, Optional<Double> limit, ProcessTable processes, NanoClock clock, Pause pause)
            throws IOException, InterruptedException {
        Decoy decoy = new Decoy(freePorts(doors), freePort());
        List<String> arguments = new ArrayList<>(List.of(
                "bench",
                "decoy",
                "--identity=" + identity,
                "--open=" + decoy.open().port()));
        decoy.doors().forEach(door -> arguments.add("--door=" + door.port()));
        limit.ifPresent(one -> arguments.add("--strangers=" + one));
        ChildProcess process =
                processes.start("decoy", LeastPriority.of(LocalCoordinator.command(Stranger.CHILD_FLAGS, arguments)));
        long end = clock.nanoTime() + Stranger.STARTING.toNanos();
        while (!process.lastWords().contains(DecoyCommand.BEGINS)) {
            if (!process.isAlive() || clock.nanoTime() > end) {
                throw new IOException("the decoy does not begin: " + process.lastWords());
            }
            pause.pause(Stranger.POLL_NANOS);
        }
        return decoy;
    }

    private static List<HostPort> freePorts(int count) throws IOException {
        List<HostPort> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ports.add(freePort());
        }
        return List.copyOf(ports);
    }

    private static HostPort freePort() throws IOException {
        return new HostPort(LocalCoordinator.LOOPBACK, LocalCoordinator.freePort());
    }
}

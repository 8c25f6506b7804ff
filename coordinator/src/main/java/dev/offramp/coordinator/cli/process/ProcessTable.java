package dev.offramp.coordinator.cli.process;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.time.NanoClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All child processes of a command. Their ids stand in {@code processes.json} of the data directory while they run. Thread-safe;
 * {@link #close} may come from a shutdown hook at any moment.
 */
public final class ProcessTable implements AutoCloseable {
    public static final String FILE = "processes.json";

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Path directory;
    private final NanoClock clock;
    private final List<ChildProcess> children = new ArrayList<>();
    private boolean closed;

    public ProcessTable(Path directory, NanoClock clock) {
        this.directory = directory;
        this.clock = clock;
    }

    public synchronized ChildProcess start(String name, List<String> command) throws IOException {
        if (closed) {
            throw new IOException("this command stops: " + name + " is not started any more");
        }
        ChildProcess child = ChildProcess.start(name, command, directory.resolve(name + ".log"));
        children.add(child);
        write();
        return child;
    }

    private void write() throws IOException {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        children.forEach(child -> json.put(child.name(), child.pid()));
        Path partial = directory.resolve(FILE + ".partial");
        Files.writeString(partial, json.toPrettyString() + "\n");
        Files.move(partial, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    /** A process that has ended, if there is one. */
    public synchronized Optional<ChildProcess> dead() {
        return closed
                ? Optional.empty()
                : children.stream().filter(child -> !child.isAlive()).findFirst();
    }

    /** Throws where a process has ended that shall run. */
    public void refuseDead() throws CliException {
        Optional<ChildProcess> dead = dead();
        if (dead.isPresent()) {
            throw new CliException(
                    ExitCode.ERROR,
                    "%s ended at its start; it said last:\n%s"
                            .formatted(dead.get().name(), dead.get().lastWords()));
        }
    }

    /** Names of the processes that have ended. */
    public synchronized List<String> deadNames() {
        return children.stream()
                .filter(child -> !child.isAlive())
                .map(ChildProcess::name)
                .toList();
    }

    /** Stops every process, politely first; when this returns none runs. Once is enough. */
    @Override
    public synchronized void close() {
        closed = true;
        children.forEach(ChildProcess::ask);
        long end = clock.nanoTime() + PATIENCE.toNanos();
        boolean interrupted = false;
        for (ChildProcess child : children) {
            try {
                child.end(end - clock.nanoTime());
            } catch (InterruptedException e) {
                interrupted = true;
                child.kill();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

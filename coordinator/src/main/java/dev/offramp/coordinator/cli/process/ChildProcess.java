package dev.offramp.coordinator.cli.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One child process, its output in a log file. Thread-safe. */
public final class ChildProcess {
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");
    private static final int TAIL_LINES = 12;

    private final String name;
    private final Path log;
    private final Process process;

    private ChildProcess(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    /**
     * Starts it. Where the system offers it, the child is told to stop when the calling thread ends, so that even a
     * killed command leaves nothing running: call this from a thread that lives as long as the command.
     */
    public static ChildProcess start(String name, List<String> command, Path log) throws IOException {
        List<String> line = new ArrayList<>();
        if (Files.isExecutable(SETPRIV)) {
            line.addAll(List.of(SETPRIV.toString(), "--pdeathsig", "TERM"));
        }
        line.addAll(command);
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        process.getOutputStream().close();
        return new ChildProcess(name, log, process);
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** What it said last, for people who want to know why it died. */
    public String lastWords() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "(" + log + " cannot be read)";
        }
    }

    /** Asks it to stop; does not wait. */
    public void ask() {
        process.destroy();
    }

    /** Waits for its end until {@code nanos} have passed, then kills it. */
    public void end(long nanos) throws InterruptedException {
        if (!process.waitFor(Math.max(0, nanos), TimeUnit.NANOSECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    /** Kills it at once. */
    public void kill() {
        process.destroyForcibly();
    }
}

package dev.offramp.agent;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A real client or server of Debian's, as a child process that ends with the test. */
final class Program implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 20_000;

    private final Process process;
    private final Thread reader = Thread.ofPlatform().daemon().unstarted(this::read);
    private final List<String> lines = new ArrayList<>();

    private Program(Process process) {
        this.process = process;
        reader.start();
    }

    /** Skips the test, saying what is missing, where the program is not installed. */
    static void require(String program, String debianPackage) {
        assumeTrue(
                Files.isExecutable(Path.of(path(program))), program + " is not here: apt-get install " + debianPackage);
    }

    /** Where it is, also where that is not on everybody's path. */
    static String path(String program) {
        return Stream.concat(
                        Arrays.stream(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin", "/sbin"))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElse(program);
    }

    static Program start(Path directory, String... command) throws IOException {
        return new Program(new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start());
    }

    private void read() {
        try (BufferedReader reader = process.inputReader()) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                    lines.notifyAll();
                }
            }
        } catch (IOException e) {
            // It has ended.
        }
    }

    /** The first line it has written, or writes, of which this holds. */
    String awaitLine(Predicate<String> condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        synchronized (lines) {
            for (int next = 0; ; ) {
                while (next < lines.size()) {
                    String line = lines.get(next++);
                    if (condition.test(line)) {
                        return line;
                    }
                }
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError("no such line in " + output());
                }
                lines.wait(left);
            }
        }
    }

    /** SIGSTOP, SIGCONT or another. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder(List.of("kill", "-" + name, String.valueOf(process.pid())))
                .inheritIO()
                .start()
                .waitFor();
    }

    /** Its exit code, once it has ended by itself. */
    int await() throws InterruptedException {
        if (!process.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
            throw new AssertionError("it goes on: " + output());
        }
        reader.join(PATIENCE_MILLIS);
        return process.exitValue();
    }

    String output() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
    }
}

package dev.offramp.coordinator.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.MemberHttp;
import dev.offramp.coordinator.cli.Offramp;
import dev.offramp.coordinator.cli.OfframpProcess;
import dev.offramp.coordinator.cli.process.AgentPages;
import dev.offramp.coordinator.cli.process.ProcessTable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code offramp demo -o json} as a process of its own, with its children, for tests. */
final class RunningDemo implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern COORDINATOR = Pattern.compile("coordinator at (\\S+)");
    private static final long PATIENCE_SECONDS = 180;
    private static final int SIGKILLED = 137;

    private final Process process;
    private final Path data;
    private final StringBuilder result = new StringBuilder();
    private final List<String> said = new ArrayList<>();
    private final Thread output;
    private final Thread messages;

    private RunningDemo(Process process, Path data) {
        this.process = process;
        this.data = data;
        this.output = read(process.inputReader(), line -> {
            synchronized (result) {
                result.append(line).append('\n');
            }
        });
        this.messages = read(process.errorReader(), this::hear);
    }

    /** Starts it; temporary files go under {@code directory}, data into {@code directory/data} if {@code keepData}. */
    static RunningDemo start(Path directory, boolean keepData, String... options) throws IOException {
        Path data = directory.resolve("data");
        Path temporary = Files.createDirectories(directory.resolve("tmp"));
        List<String> command = OfframpProcess.command(temporary, "demo", "-o", "json");
        command.addAll(keepData ? List.of("--data", data.toString()) : List.of());
        command.addAll(List.of(options));
        return new RunningDemo(new ProcessBuilder(command).start(), data);
    }

    private static Thread read(BufferedReader reader, Consumer<String> each) {
        return Thread.ofPlatform().daemon().start(() -> {
            try (reader) {
                reader.lines().forEach(each);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private void hear(String line) {
        synchronized (said) {
            said.add(line.strip());
            said.notifyAll();
        }
    }

    /** Waits until it has said a line that begins with {@code beginning}. */
    String awaitSaid(String beginning) throws InterruptedException {
        return await(line -> line.startsWith(beginning), beginning);
    }

    /** What a command says of the demo's cluster, in JSON; empty if it cannot yet. */
    JsonNode ask(String... command) throws Exception {
        Matcher coordinator = COORDINATOR.matcher(awaitSaid("processes"));
        assertThat(coordinator.find()).as(said()).isTrue();
        StringWriter out = new StringWriter();
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--coordinator", coordinator.group(1), "-o", "json"));
        int exitCode = Offramp.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(new StringWriter()))
                .execute(arguments.toArray(String[]::new));
        return exitCode == ExitCode.OK ? JSON.readTree(out.toString()) : MissingNode.getInstance();
    }

    private String await(Predicate<String> wanted, String what) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        synchronized (said) {
            while (true) {
                Optional<String> found = said.stream().filter(wanted).findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
                long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (millis <= 0 || !process.isAlive()) {
                    throw new AssertionError("the demo did not say '" + what + "' but:\n" + String.join("\n", said));
                }
                said.wait(Math.min(millis, 1000));
            }
        }
    }

    /** Process ids by name, as the demo wrote them down. */
    Map<String, Long> children() throws IOException {
        Path folder = Files.exists(data) ? data : onlyTemporary();
        Map<String, Long> pids = new TreeMap<>();
        JSON.readTree(folder.resolve(ProcessTable.FILE).toFile())
                .properties()
                .forEach(entry -> pids.put(entry.getKey(), entry.getValue().asLong()));
        return pids;
    }

    private Path onlyTemporary() throws IOException {
        try (var folders = Files.list(data.resolveSibling("tmp"))) {
            return folders.filter(folder -> folder.getFileName().toString().startsWith("offramp-demo-"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Kills a child as {@code kill -9} does and waits until it is gone. */
    void kill(String name) throws Exception {
        ProcessHandle child = ProcessHandle.of(children().get(name)).orElseThrow();
        child.destroyForcibly();
        child.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Waits until one node has sent another jobs that have no outcome yet. */
    void awaitPending(String sender, String receiver) throws Exception {
        String address = ask("node", "show", sender).get("httpAddress").asText();
        try (AgentPages pages = new AgentPages(new MemberHttp(Optional.empty()))) {
            while (!pages.read(address)
                    .orElseThrow()
                    .by("offramp_link_pending", "peer")
                    .containsKey(receiver)) {
                assertThat(process.isAlive()).as(said()).isTrue();
            }
        }
    }

    /** Sends a child SIGSTOP or another. */
    void signal(String name, String signal) throws Exception {
        signal(children().get(name), signal);
    }

    private static void signal(long pid, String signal) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + signal, String.valueOf(pid)).start();
        if (kill.waitFor() != 0) {
            throw new AssertionError("process " + pid + " cannot be signalled");
        }
    }

    /** Asks the demo to end; not with the signal of Ctrl-C, which a build in the background has its children ignore. */
    void interrupt() throws Exception {
        signal(process.pid(), "TERM");
    }

    /** Resident bytes of a child, as long as it lives. */
    Optional<Long> residentBytes(String name) throws IOException {
        try {
            return Files.readAllLines(Path.of("/proc", String.valueOf(children().get(name)), "status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst();
        } catch (java.nio.file.NoSuchFileException e) {
            return Optional.empty();
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Returns whether it ended within {@code millis}. */
    boolean awaitEnd(long millis) throws InterruptedException {
        return process.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    /** Waits for its end; its exit code. */
    int end() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the demo hangs; it said:\n" + said());
        }
        output.join();
        messages.join();
        return process.exitValue();
    }

    String said() {
        synchronized (said) {
            return String.join("\n", said);
        }
    }

    /** The summary. */
    JsonNode summary() throws IOException {
        synchronized (result) {
            return JSON.readTree(result.toString());
        }
    }

    @Override
    public void close() throws Exception {
        if (process.isAlive()) {
            CountDownLatch ended = new CountDownLatch(1);
            process.onExit().thenRun(ended::countDown);
            process.destroy();
            if (!ended.await(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
        if (process.waitFor() == SIGKILLED) {
            throw new AssertionError("the demo had to be killed");
        }
    }
}

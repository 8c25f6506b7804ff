package dev.offramp.coordinator.cli.bench.strangers;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offramp.coordinator.cli.process.ChildProcess;
import dev.offramp.coordinator.cli.process.LocalCoordinator;
import dev.offramp.coordinator.cli.process.ProcessTable;
import dev.offramp.partition.HostPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A process with the least priority that makes attempts when it is told to; what it has compiled it keeps from one time to
 * the next. Confined.
 */
final class Stranger implements AutoCloseable {
    static final List<String> CHILD_FLAGS =
            List.of("-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");
    static final Duration STARTING = Duration.ofSeconds(60);
    static final long POLL_NANOS = 20_000_000;
    private static final Duration ENDING = Duration.ofSeconds(20);

    /**
     * What it is told, in a line.
     *
     * @param targets where it tries, by turns; without any it only says that it has ended
     */
    record Order(double seconds, List<HostPort> targets) {
        static Order parse(String line) {
            List<String> words = List.of(line.split(" ", -1));
            return new Order(
                    Double.parseDouble(words.getFirst()),
                    words.subList(1, words.size()).stream().map(HostPort::parse).toList());
        }

        String line() {
            StringBuilder line = new StringBuilder(String.valueOf(seconds));
            targets.forEach(target -> line.append(' ').append(target));
            return line.toString();
        }
    }

    private final ChildProcess process;
    private final Socket control;
    private final BufferedReader answers;

    private Stranger(ChildProcess process, Socket control) throws IOException {
        this.process = process;
        this.control = control;
        this.answers = new BufferedReader(new InputStreamReader(control.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts one and waits until it listens. */
    static Stranger start(Kind kind, double rate, List<String> disguise, ProcessTable processes) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<String> arguments = new ArrayList<>(List.of(
                    "bench",
                    "stranger",
                    "--kind=" + kind,
                    "--rate=" + rate,
                    "--control=" + new HostPort(LocalCoordinator.LOOPBACK, socket.getLocalPort())));
            arguments.addAll(disguise);
            ChildProcess process = processes.start(
                    "stranger-" + kind.label(), LeastPriority.of(LocalCoordinator.command(CHILD_FLAGS, arguments)));
            socket.setSoTimeout((int) STARTING.toMillis());
            try {
                return new Stranger(process, socket.accept());
            } catch (SocketTimeoutException e) {
                throw new IOException("the stranger does not begin: " + process.lastWords(), e);
            }
        }
    }

    /** Lets it go; {@link #end} must follow. */
    void begin(Order order) throws IOException {
        control.getOutputStream().write((order.line() + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Waits until it has ended. */
    Attempts end() throws IOException {
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the stranger ended otherwise: " + process.lastWords());
        }
        return Attempts.of(new ObjectMapper().readTree(answer));
    }

    @Override
    public void close() throws IOException {
        control.close();
        try {
            process.end(ENDING.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.offramp.coordinator.cli.bench.strangers;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.partition.HostPort;
import dev.offramp.proto.identity.Credentials;
import dev.offramp.proto.identity.IdentityFiles;
import dev.offramp.proto.identity.JoinToken;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench stranger}: the stranger in {@code bench strangers}, which stops by itself. */
@Command(name = "stranger", hidden = true, description = "Makes the attempts that 'bench strangers' counts.")
@SuppressWarnings("NullAway.Init")
public final class StrangerCommand implements Callable<Integer> {
    private static final int THREADS = 32;
    private static final double NANOS_PER_SECOND = 1e9;

    @Option(names = "--kind", required = true)
    private Kind kind;

    @Option(names = "--rate", required = true, description = "Attempts a second.")
    private double rate;

    @Option(names = "--control", required = true, description = "Who says when and where.")
    private HostPort control;

    @Option(names = "--identity", description = "The certificate to show.")
    private @Nullable Path identity;

    @Option(names = "--token-file", description = "The token to use again.")
    private @Nullable Path token;

    private final NanoClock clock = NanoClock.system();
    private final Pause pause = Pause.system();

    @Override
    public Integer call() throws CliException, InterruptedException {
        try (Socket socket = new Socket(control.host(), control.port());
                BufferedReader orders =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = orders.readLine(); line != null; line = orders.readLine()) {
                String answer = attempt(Stranger.Order.parse(line)).json().toString();
                socket.getOutputStream().write((answer + "\n").getBytes(StandardCharsets.UTF_8));
            }
            return ExitCode.OK;
        } catch (IOException | GeneralSecurityException e) {
            throw new CliException(ExitCode.ERROR, "the stranger cannot go on: " + e.getMessage(), e);
        }
    }

    private Attempts attempt(Stranger.Order order) throws IOException, GeneralSecurityException, InterruptedException {
        if (order.targets().isEmpty()) {
            return new Attempts(0, 0, order.seconds());
        }
        AtomicLong next = new AtomicLong();
        AtomicLong made = new AtomicLong();
        AtomicLong letIn = new AtomicLong();
        long start = clock.nanoTime();
        long end = start + Math.round(order.seconds() * NANOS_PER_SECOND);
        try (Intruder intruder = intruder()) {
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            for (int i = 0; i < THREADS; i++) {
                threads.execute(() -> knock(intruder, order.targets(), start, end, next, made, letIn));
            }
            threads.shutdown();
            while (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
                // Every attempt has its own patience.
            }
        }
        return new Attempts(made.get(), letIn.get(), (clock.nanoTime() - start) / NANOS_PER_SECOND);
    }

    private Intruder intruder() throws IOException, GeneralSecurityException {
        if (token != null) {
            return new Replayer(JoinToken.parse(Files.readString(token)));
        }
        Optional<Credentials> shown = identity == null
                ? Optional.empty()
                : Optional.of(IdentityFiles.in(identity).read());
        return new Knocker(kind, shown);
    }

    /** As many as are due, until the time is over. */
    private void knock(
            Intruder intruder,
            List<HostPort> targets,
            long start,
            long end,
            AtomicLong next,
            AtomicLong made,
            AtomicLong letIn) {
        try {
            while (true) {
                long number = next.getAndIncrement();
                long due = start + Math.round(number / rate * NANOS_PER_SECOND);
                if (due >= end || clock.nanoTime() >= end) {
                    return;
                }
                pause.pause(due - clock.nanoTime());
                made.incrementAndGet();
                if (isLetIn(intruder, targets.get((int) (number % targets.size())), number)) {
                    letIn.incrementAndGet();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isLetIn(Intruder intruder, HostPort target, long number) {
        try {
            return intruder.attempt(target, InetAddress.getByAddress(kind.from(number)));
        } catch (IOException e) {
            // Refused, as it shall be.
            return false;
        }
    }
}

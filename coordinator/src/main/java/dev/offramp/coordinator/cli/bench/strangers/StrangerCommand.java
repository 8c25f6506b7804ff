package dev.offramp.coordinator.cli.bench.strangers;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.partition.HostPort;
import dev.offramp.proto.identity.Credentials;
import dev.offramp.proto.identity.IdentityFiles;
import dev.offramp.proto.identity.JoinToken;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.io.IOException;
import java.net.InetAddress;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench stranger}: the stranger in {@code bench strangers}, which stops by itself. */
@Command(name = "stranger", hidden = true, description = "Makes the attempts that 'bench strangers' counts.")
@SuppressWarnings("NullAway.Init")
public final class StrangerCommand implements Callable<Integer> {
    /** What it says when it begins. */
    static final String BEGINS = "begins";

    private static final int THREADS = 32;
    private static final double NANOS_PER_SECOND = 1e9;

    @Spec
    private CommandSpec spec;

    @Option(names = "--kind", required = true)
    private Kind kind;

    @Option(names = "--rate", required = true, description = "Attempts a second.")
    private double rate;

    @Option(names = "--seconds", required = true)
    private double seconds;

    @Option(names = "--target", required = true)
    private List<HostPort> targets;

    @Option(names = "--identity", description = "The certificate to show.")
    private @Nullable Path identity;

    @Option(names = "--token-file", description = "The token to use again.")
    private @Nullable Path token;

    private final NanoClock clock = NanoClock.system();
    private final Pause pause = Pause.system();
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong made = new AtomicLong();
    private final AtomicLong letIn = new AtomicLong();

    @Override
    public Integer call() throws CliException, InterruptedException {
        try (Intruder intruder = intruder()) {
            say(BEGINS);
            long start = clock.nanoTime();
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            for (int i = 0; i < THREADS; i++) {
                threads.execute(() -> knock(intruder, start));
            }
            threads.shutdown();
            while (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
                // Every attempt has its own patience.
            }
            say(new Attempts(made.get(), letIn.get(), (clock.nanoTime() - start) / NANOS_PER_SECOND)
                    .json()
                    .toString());
            return ExitCode.OK;
        } catch (IOException | GeneralSecurityException e) {
            throw new CliException(ExitCode.ERROR, "the stranger cannot go on: " + e.getMessage(), e);
        }
    }

    private void say(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
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
    private void knock(Intruder intruder, long start) {
        long end = start + Math.round(seconds * NANOS_PER_SECOND);
        try {
            while (true) {
                long number = next.getAndIncrement();
                long due = start + Math.round(number / rate * NANOS_PER_SECOND);
                if (due >= end || clock.nanoTime() >= end) {
                    return;
                }
                pause.pause(due - clock.nanoTime());
                made.incrementAndGet();
                knock(intruder, targets.get((int) (number % targets.size())), number);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void knock(Intruder intruder, HostPort target, long number) {
        try {
            if (intruder.attempt(target, InetAddress.getByAddress(kind.from(number)))) {
                letIn.incrementAndGet();
            }
        } catch (IOException e) {
            // Refused, as it shall be.
        }
    }
}

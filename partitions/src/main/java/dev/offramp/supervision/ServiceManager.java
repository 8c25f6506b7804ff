package dev.offramp.supervision;

import dev.offramp.time.Scheduler;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * systemd, where it runs this process and waits for its word ({@code Type=notify}): that it is ready, that it is alive,
 * that it stops. The word is sent by {@code systemd-notify}, a child process every some seconds, because the JDK has no
 * datagram sockets of the kind that systemd listens on; the unit needs {@code NotifyAccess=all}. Thread-safe.
 */
public final class ServiceManager {
    private static final String SOCKET = "NOTIFY_SOCKET";
    private static final String WATCHDOG = "WATCHDOG_USEC";
    private static final String PROGRAM = "systemd-notify";
    /** Words per watchdog time, so that one may be late. */
    private static final int WORDS_PER_WATCHDOG = 3;

    /** Runs a command line and does not wait for it. */
    @FunctionalInterface
    interface Runner {
        void run(List<String> command) throws IOException;
    }

    private final Runner runner;
    private final Optional<Duration> watchdog;
    private final AtomicBoolean asking = new AtomicBoolean();

    private ServiceManager(Runner runner, Optional<Duration> watchdog) {
        this.runner = runner;
        this.watchdog = watchdog;
    }

    /** The one that has started this process with this environment; empty where none waits for a word. */
    public static Optional<ServiceManager> of(Map<String, String> environment) {
        return of(environment, command -> new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    static Optional<ServiceManager> of(Map<String, String> environment, Runner runner) {
        String socket = environment.getOrDefault(SOCKET, "");
        return socket.isEmpty()
                ? Optional.empty()
                : Optional.of(new ServiceManager(runner, watchdog(environment.getOrDefault(WATCHDOG, ""))));
    }

    private static Optional<Duration> watchdog(String micros) {
        return micros.isEmpty() ? Optional.empty() : Optional.of(Duration.ofNanos(Long.parseLong(micros) * 1_000));
    }

    /** The process does from now on what it is for. */
    public void ready(String status) throws IOException {
        tell("--ready", "--status=" + status);
    }

    /** The process is about to end, as it was asked to. */
    public void stopping() throws IOException {
        tell("STOPPING=1");
    }

    /**
     * Sends the word that keeps the watchdog quiet, where there is one, as often as {@code alive} completes well; what does
     * not complete is asked no second time meanwhile.
     *
     * @param alive asks the part without which the process does nothing
     * @param onFailure told when the word cannot be sent
     */
    public void watch(
            Supplier<? extends CompletionStage<?>> alive, Scheduler scheduler, Consumer<IOException> onFailure) {
        watchdog.ifPresent(time -> {
            Duration period = time.dividedBy(WORDS_PER_WATCHDOG);
            scheduler.schedule(period, new Runnable() {
                @Override
                public void run() {
                    ask(alive, onFailure);
                    scheduler.schedule(period, this);
                }
            });
        });
    }

    private void ask(Supplier<? extends CompletionStage<?>> alive, Consumer<IOException> onFailure) {
        if (!asking.compareAndSet(false, true)) {
            return;
        }
        alive.get().whenComplete((answer, failure) -> {
            asking.set(false);
            if (failure == null) {
                try {
                    tell("WATCHDOG=1");
                } catch (IOException e) {
                    onFailure.accept(e);
                }
            }
        });
    }

    private void tell(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(PROGRAM));
        command.addAll(List.of(words));
        runner.run(command);
    }
}

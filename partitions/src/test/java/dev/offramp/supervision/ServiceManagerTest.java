package dev.offramp.supervision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ServiceManagerTest {
    private static final Map<String, String> STARTED_BY_SYSTEMD =
            Map.of("NOTIFY_SOCKET", "/run/systemd/notify", "WATCHDOG_USEC", "30000000");

    private final List<List<String>> told = new ArrayList<>();
    private final Deque<Runnable> timers = new ArrayDeque<>();
    private final List<Duration> delays = new ArrayList<>();
    private final List<IOException> failures = new ArrayList<>();

    private ServiceManager manager(Map<String, String> environment) {
        return ServiceManager.of(environment, told::add).orElseThrow();
    }

    private void schedule(Duration delay, Runnable task) {
        delays.add(delay);
        timers.add(task);
    }

    private void period() {
        timers.remove().run();
    }

    @Test
    void thereIsNoneWhereNobodyWaitsForAWord() {
        assertThat(ServiceManager.of(Map.of(), told::add)).isEmpty();
        assertThat(ServiceManager.of(Map.of("NOTIFY_SOCKET", ""), told::add)).isEmpty();
    }

    @Test
    void saysThatTheProcessIsReadyAndThatItStops() throws IOException {
        ServiceManager manager = manager(STARTED_BY_SYSTEMD);
        manager.ready("node rpi-1");
        manager.stopping();

        assertThat(told)
                .containsExactly(
                        List.of("systemd-notify", "--ready", "--status=node rpi-1"),
                        List.of("systemd-notify", "STOPPING=1"));
    }

    @Test
    void keepsTheWatchdogQuietThreeTimesInItsTime() {
        manager(STARTED_BY_SYSTEMD).watch(() -> CompletableFuture.completedFuture(1), this::schedule, failures::add);
        period();
        period();

        assertThat(delays).containsOnly(Duration.ofSeconds(10));
        assertThat(told)
                .containsExactly(List.of("systemd-notify", "WATCHDOG=1"), List.of("systemd-notify", "WATCHDOG=1"));
    }

    @Test
    void isSilentWhileNothingAnswersOrTheAnswerIsAFailure() {
        Deque<CompletableFuture<Void>> asked = new ArrayDeque<>();
        manager(STARTED_BY_SYSTEMD)
                .watch(
                        () -> {
                            asked.add(new CompletableFuture<>());
                            return asked.getLast();
                        },
                        this::schedule,
                        failures::add);
        period();
        period();
        assertThat(told).isEmpty();
        assertThat(asked).as("one question at a time").hasSize(1);

        asked.getLast().completeExceptionally(new IllegalStateException("dead"));
        assertThat(told).isEmpty();

        period();
        asked.getLast().complete(null);
        assertThat(told).hasSize(1);
    }

    @Test
    void withoutAWatchdogThereIsNothingToKeepQuiet() {
        manager(Map.of("NOTIFY_SOCKET", "/run/systemd/notify"))
                .watch(() -> CompletableFuture.completedFuture(1), this::schedule, failures::add);

        assertThat(timers).isEmpty();
    }

    @Test
    void aWordThatCannotBeSentIsSaidSo() {
        ServiceManager manager = ServiceManager.of(STARTED_BY_SYSTEMD, command -> {
                    throw new IOException("no such program: " + command.getFirst());
                })
                .orElseThrow();
        manager.watch(() -> CompletableFuture.completedFuture(1), this::schedule, failures::add);
        period();

        assertThat(failures).singleElement().satisfies(e -> assertThat(e).hasMessageContaining("systemd-notify"));
        assertThatThrownBy(() -> manager.ready("x")).isInstanceOf(IOException.class);
    }
}

package dev.offramp.coordinator.cli.top;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.CoordinatorClient;
import dev.offramp.proto.WireException;
import dev.offramp.proto.v1.Snapshot;
import dev.offramp.proto.v1.WatchRequest;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Watches the coordinator in the background, and keeps trying while there is none. Thread-safe. */
public final class TopFeed implements AutoCloseable {
    private static final long RETRY_NANOS = 1_000_000_000L;

    private record Latest(TopView view, long atNanos) {}

    private final CoordinatorClient client;
    private final NanoClock clock;
    private final Pause pause;
    private final Thread thread;
    private volatile @Nullable Latest latest;

    /** @param client closed by its owner, which also ends the watching */
    public TopFeed(CoordinatorClient client, NanoClock clock, Pause pause) {
        this.client = client;
        this.clock = clock;
        this.pause = pause;
        this.thread = Thread.ofPlatform().name("watch").daemon().start(this::watch);
    }

    private void watch() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                watchOnce();
                pause.pause(RETRY_NANOS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watchOnce() {
        TopWindow window = new TopWindow(TopWindow.USUAL);
        try {
            client.stream(stub -> stub.watch(WatchRequest.getDefaultInstance()), snapshot -> take(window, snapshot));
        } catch (CliException e) {
            // Told by the age of the latest view.
        }
    }

    private void take(TopWindow window, Snapshot snapshot) {
        try {
            latest = new Latest(window.add(SnapshotReader.read(snapshot)), clock.nanoTime());
        } catch (WireException e) {
            throw new IllegalStateException("the demo's own coordinator sends what cannot be read", e);
        }
    }

    /** The newest view as lines; empty if the coordinator has said nothing for {@code maxAgeNanos}. */
    public Optional<List<String>> lines(TopText text, long maxAgeNanos) {
        Latest seen = latest;
        return seen == null || clock.nanoTime() - seen.atNanos() > maxAgeNanos
                ? Optional.empty()
                : Optional.of(text.lines(seen.view()));
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}

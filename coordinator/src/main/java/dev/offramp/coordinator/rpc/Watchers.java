package dev.offramp.coordinator.rpc;

import dev.offramp.proto.v1.Snapshot;
import dev.offramp.time.Scheduler;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Those who look on: a snapshot now and then one a second; a slow reader misses some. Thread-safe. */
public final class Watchers {
    private static final int MAX_WATCHERS = 16;
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final Supplier<Snapshot> snapshots;
    private final Scheduler scheduler;
    private final Set<ServerCallStreamObserver<Snapshot>> watchers = ConcurrentHashMap.newKeySet();

    public Watchers(ClusterMessages messages, Scheduler scheduler) {
        this.snapshots = messages::snapshot;
        this.scheduler = scheduler;
    }

    void add(ServerCallStreamObserver<Snapshot> watcher) {
        if (watchers.size() >= MAX_WATCHERS) {
            watcher.onError(Status.RESOURCE_EXHAUSTED
                    .withDescription("%d watch already: close one of them".formatted(MAX_WATCHERS))
                    .asRuntimeException());
            return;
        }
        watcher.setOnCancelHandler(() -> watchers.remove(watcher));
        watchers.add(watcher);
        tell(watcher);
    }

    private void tell(ServerCallStreamObserver<Snapshot> watcher) {
        if (watcher.isCancelled()) {
            watchers.remove(watcher);
            return;
        }
        if (watcher.isReady()) {
            watcher.onNext(snapshots.get());
        }
        scheduler.schedule(PERIOD, () -> tell(watcher));
    }
}

package dev.offramp.coordinator;

import dev.offramp.coordinator.config.CoordinatorConfig;
import dev.offramp.partition.HostPort;
import dev.offramp.proto.identity.Refusal;
import dev.offramp.supervision.ServiceManager;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A running coordinator. Thread-safe. */
public final class CoordinatorProcess implements AutoCloseable {
    private final Wiring wiring;
    private final CountDownLatch ended = new CountDownLatch(1);

    private CoordinatorProcess(Wiring wiring) {
        this.wiring = wiring;
    }

    /** Starts with the state found in the data directory. */
    public static CoordinatorProcess start(CoordinatorConfig config) throws IOException {
        return new CoordinatorProcess(new Wiring(config));
    }

    /** Where it listens, with the port it was given. */
    public HostPort address() {
        return wiring.address();
    }

    /** How often it refused somebody, by reason. */
    public Map<Refusal, Long> refusals() {
        return wiring.refusals();
    }

    /** Tells the manager that it is ready, and from now on that it is alive. */
    public void ready(ServiceManager manager) throws IOException {
        wiring.watch(manager);
        manager.ready("coordinator at " + address());
    }

    /** Returns when it has been closed. */
    public void awaitEnd() throws InterruptedException {
        ended.await();
    }

    /** Stops; what was acknowledged is on disk. Once is enough. */
    @Override
    public void close() {
        wiring.close();
        ended.countDown();
    }
}

package dev.offramp.coordinator;

import dev.offramp.coordinator.config.CoordinatorConfig;
import dev.offramp.coordinator.control.ControlEvent;
import dev.offramp.coordinator.control.ControlLoop;
import dev.offramp.coordinator.control.ShadowBook;
import dev.offramp.coordinator.control.StoreException;
import dev.offramp.coordinator.control.pilot.ObservedProfiles;
import dev.offramp.coordinator.control.pilot.Planner;
import dev.offramp.coordinator.rpc.AgentHub;
import dev.offramp.coordinator.rpc.AttachmentService;
import dev.offramp.coordinator.rpc.ClusterMessages;
import dev.offramp.coordinator.rpc.ControlService;
import dev.offramp.coordinator.rpc.ModelIntake;
import dev.offramp.coordinator.rpc.RpcServer;
import dev.offramp.coordinator.rpc.ScenarioDesk;
import dev.offramp.coordinator.rpc.Watchers;
import dev.offramp.coordinator.scheduling.Rehearsal;
import dev.offramp.coordinator.store.Artifacts;
import dev.offramp.coordinator.store.DataDirectory;
import dev.offramp.coordinator.store.Database;
import dev.offramp.coordinator.store.ExitProfiles;
import dev.offramp.coordinator.store.Models;
import dev.offramp.coordinator.store.SqliteStateStore;
import dev.offramp.partition.HostPort;
import dev.offramp.supervision.ServiceManager;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Scheduler;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a coordinator's parts hang together, from the disk to the network; closed in reverse. */
final class Wiring implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Wiring.class);
    private static final int RPC_THREADS = 4;
    private static final long TICK_MILLIS = 250;
    private static final long STOP_SECONDS = 2;

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final RpcServer server;
    private final ExecutorService controlThread;
    private final Scheduler timers;

    Wiring(CoordinatorConfig config) throws IOException {
        try {
            parts.push(DataDirectory.lock(config.dataDir()));
            Database database = Database.open(config.dataDir());
            Artifacts artifacts = Artifacts.open(config.dataDir().resolve("partitions"));
            Models models = new Models(database);
            SqliteStateStore store = part(new SqliteStateStore(database));

            NanoClock clock = NanoClock.system();
            ExecutorService controlThread = executor(Executors.newSingleThreadExecutor(named("control")));
            ScheduledExecutorService timerThread = Executors.newSingleThreadScheduledExecutor(named("timer"));
            executor(timerThread);
            ExecutorService rpcThreads = executor(Executors.newFixedThreadPool(RPC_THREADS, named("rpc")));

            ShadowBook shadows = new ShadowBook();
            AgentHub hub = new AgentHub(shadows, InstantSource.system());
            ExitProfiles profiles = new ExitProfiles(models, artifacts);
            ObservedProfiles observed = new ObservedProfiles(profiles::of, shadows::rows);
            ExecutorService plannerThread = executor(Executors.newSingleThreadExecutor(named("planner")));
            plannerThread.execute(
                    () -> Rehearsal.run(() -> !Thread.currentThread().isInterrupted()));
            ControlLoop loop = new ControlLoop(
                    store,
                    hub,
                    new ThreadedPlanning(new Planner(observed::of), plannerThread, clock),
                    profiles::has,
                    clock,
                    controlThread);
            hub.connect(loop::post);
            var unusedTicks = timerThread.scheduleAtFixedRate(
                    () -> loop.post(new ControlEvent.Tick()), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);

            ClusterMessages messages = new ClusterMessages(loop::view, hub, clock);
            Watchers watchers = new Watchers(messages, Scheduler.on(timerThread));
            ControlService control = new ControlService(
                    loop,
                    messages,
                    new ModelIntake(models, artifacts),
                    models,
                    watchers,
                    shadows,
                    new ScenarioDesk(loop, observed::of, plannerThread));
            AttachmentService attachment = new AttachmentService(hub, artifacts);
            this.controlThread = controlThread;
            timers = Scheduler.on(timerThread);
            server = part(RpcServer.start(config.listen(), List.of(attachment, control), rpcThreads));
        } catch (StoreException e) {
            close();
            throw new IOException(e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    HostPort address() {
        return server.address();
    }

    /** Has the manager know that the control thread is alive. */
    void watch(ServiceManager manager) {
        manager.watch(
                () -> CompletableFuture.runAsync(() -> {}, controlThread),
                timers,
                e -> log.warn("the service manager is not told: {}", e.getMessage()));
    }

    private <T extends AutoCloseable> T part(T part) {
        parts.push(part);
        return part;
    }

    private ExecutorService executor(ExecutorService executor) {
        parts.push(() -> {
            executor.shutdownNow();
            executor.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
        });
        return executor;
    }

    private static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public synchronized void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                log.warn("closing: {}", e.toString());
            }
        }
    }
}

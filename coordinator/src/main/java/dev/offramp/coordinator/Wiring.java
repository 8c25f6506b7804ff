package dev.offramp.coordinator;

import dev.offramp.coordinator.authority.ClusterSecurity;
import dev.offramp.coordinator.authority.EnrolmentDesk;
import dev.offramp.coordinator.authority.OwnAuthority;
import dev.offramp.coordinator.authority.SiteAuthority;
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
import dev.offramp.coordinator.rpc.CommandCodec;
import dev.offramp.coordinator.rpc.ControlService;
import dev.offramp.coordinator.rpc.EnrolmentService;
import dev.offramp.coordinator.rpc.ModelIntake;
import dev.offramp.coordinator.rpc.Protection;
import dev.offramp.coordinator.rpc.RpcServer;
import dev.offramp.coordinator.rpc.ScenarioDesk;
import dev.offramp.coordinator.rpc.Watchers;
import dev.offramp.coordinator.scheduling.Rehearsal;
import dev.offramp.coordinator.store.Artifacts;
import dev.offramp.coordinator.store.DataDirectory;
import dev.offramp.coordinator.store.Database;
import dev.offramp.coordinator.store.ExitProfiles;
import dev.offramp.coordinator.store.Models;
import dev.offramp.coordinator.store.SqliteMemberStore;
import dev.offramp.coordinator.store.SqliteStateStore;
import dev.offramp.partition.HostPort;
import dev.offramp.proto.access.Guard;
import dev.offramp.proto.identity.Refusal;
import dev.offramp.proto.identity.RefusalCounter;
import dev.offramp.supervision.ServiceManager;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Scheduler;
import io.grpc.BindableService;
import java.io.IOException;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private static final long RENEWAL_SECONDS = 1;

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final RpcServer server;
    private final ExecutorService controlThread;
    private final Scheduler timers;
    private final RefusalCounter refusals;

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

            Optional<ClusterSecurity> security = security(config, database);
            security.ifPresent(one -> {
                var unusedRenewals =
                        timerThread.scheduleAtFixedRate(one::tick, RENEWAL_SECONDS, RENEWAL_SECONDS, TimeUnit.SECONDS);
            });

            Optional<Protection> protection = security.map(one -> protection(config, one, clock));

            ShadowBook shadows = new ShadowBook();
            refusals = security.map(one -> one.credentials().refusals()).orElseGet(RefusalCounter::new);
            AgentHub hub = new AgentHub(
                    shadows, new CommandCodec(security.map(one -> one::signer)), refusals, InstantSource.system());
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

            ClusterMessages messages = new ClusterMessages(
                    loop::view,
                    hub,
                    refusals,
                    () -> protection
                            .map(one -> one.guard().door().census().endedUnproved())
                            .orElse(0L),
                    clock);
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
            List<BindableService> services = new ArrayList<>(List.of(attachment, control));
            Optional<EnrolmentDesk> desk = security.flatMap(ClusterSecurity::desk);
            if (desk.isPresent()) {
                desk.get().connect(hub::revoked);
                services.add(new EnrolmentService(desk.get()));
            }
            server = part(RpcServer.start(config.listen(), protection, services, rpcThreads));
        } catch (StoreException e) {
            close();
            throw new IOException(e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    Map<Refusal, Long> refusals() {
        return refusals.counts();
    }

    private static Optional<ClusterSecurity> security(CoordinatorConfig config, Database database) throws IOException {
        return switch (config.certificates()) {
            case CoordinatorConfig.None none -> {
                refuseStrangers(config, none.insecure());
                yield Optional.empty();
            }
            case CoordinatorConfig.OwnAuthority own ->
                Optional.of(new OwnAuthority(
                        config.pki(),
                        InetAddress.getByName(config.listen().host()),
                        own.life(),
                        new SqliteMemberStore(database),
                        InstantSource.system()));
            case CoordinatorConfig.Site site ->
                Optional.of(new SiteAuthority(site.own(), site.signer(), InstantSource.system()));
        };
    }

    private static void refuseStrangers(CoordinatorConfig config, boolean insecure) throws IOException {
        if (InetAddress.getByName(config.listen().host()).isLoopbackAddress()) {
            return;
        }
        if (!insecure) {
            throw new IOException(
                    "without certificates the coordinator listens on loopback only, not on %s\nStart it with --tls, or, on a network of your own, with --insecure"
                            .formatted(config.listen().host()));
        }
        log.warn(
                "INSECURE: whoever reaches {} commands this cluster. Start with --tls to admit members only",
                config.listen());
    }

    private static Protection protection(CoordinatorConfig config, ClusterSecurity security, NanoClock clock) {
        CoordinatorConfig.Connections connections =
                switch (config.certificates()) {
                    case CoordinatorConfig.OwnAuthority own -> own.connections();
                    case CoordinatorConfig.Site site -> site.connections();
                    case CoordinatorConfig.None none -> throw new IllegalStateException(none + " protects nothing");
                };
        return new Protection(Guard.of(security.credentials(), connections.strangers(), clock), connections.age());
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

package dev.offramp.agent;

import dev.offramp.agent.board.Board;
import dev.offramp.agent.board.EmulatedLoader;
import dev.offramp.agent.board.Panel;
import dev.offramp.agent.board.PanelDuty;
import dev.offramp.agent.board.ProcessMemory;
import dev.offramp.agent.board.SoftHeapLimit;
import dev.offramp.agent.board.TimedLoader;
import dev.offramp.agent.board.pi4j.Pi4jPanel;
import dev.offramp.agent.config.AgentConfig;
import dev.offramp.agent.core.AgentCore;
import dev.offramp.agent.core.AgentEffect;
import dev.offramp.agent.core.AgentEvent;
import dev.offramp.agent.core.AgentLimits;
import dev.offramp.agent.core.CoreSnapshot;
import dev.offramp.agent.forward.LinkCounters;
import dev.offramp.agent.forward.grpc.DataPlaneServer;
import dev.offramp.agent.forward.grpc.DataPlaneService;
import dev.offramp.agent.forward.grpc.DataPlaneThread;
import dev.offramp.agent.forward.grpc.GrpcNeighbours;
import dev.offramp.agent.forward.grpc.Transcoder;
import dev.offramp.agent.inference.PartitionLoader;
import dev.offramp.agent.inference.onnx.OnnxPartitionLoader;
import dev.offramp.agent.ingress.CameraRights;
import dev.offramp.agent.ingress.FrameDesk;
import dev.offramp.agent.ingress.HttpAccess;
import dev.offramp.agent.ingress.HttpIngress;
import dev.offramp.agent.ingress.HttpRuntime;
import dev.offramp.agent.ingress.camera.CameraStatus;
import dev.offramp.agent.ingress.camera.Cameras;
import dev.offramp.agent.ingress.source.VertxSources;
import dev.offramp.agent.loop.CoreLoop;
import dev.offramp.agent.loop.Effects;
import dev.offramp.agent.loop.EventQueue;
import dev.offramp.agent.loop.InferenceServers;
import dev.offramp.agent.loop.LoadedHops;
import dev.offramp.agent.loop.Tickets;
import dev.offramp.agent.mqtt.ClientIds;
import dev.offramp.agent.receiver.ReceiverStatus;
import dev.offramp.agent.receiver.Receivers;
import dev.offramp.agent.rpc.CoordinatorAttachment;
import dev.offramp.agent.rpc.Feeding;
import dev.offramp.agent.rpc.IngressService;
import dev.offramp.agent.rpc.Membership;
import dev.offramp.agent.telemetry.AgentMetrics;
import dev.offramp.agent.telemetry.Metric;
import dev.offramp.agent.telemetry.RefusalCounts;
import dev.offramp.partition.HostPort;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Placement;
import dev.offramp.partition.feed.CameraId;
import dev.offramp.partition.feed.Feeds;
import dev.offramp.proto.access.Door;
import dev.offramp.proto.access.Guard;
import dev.offramp.proto.identity.LiveCredentials;
import dev.offramp.supervision.ServiceManager;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import dev.offramp.time.Scheduler;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One agent, put together. Started by its constructor, stopped by {@link #close}. Thread-safe. */
public final class Wiring implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Wiring.class);
    private static final int FRAMES_WITHOUT_ANSWER = 1024;
    private static final long SNAPSHOT_SECONDS = 2;
    private static final String RASPBERRY_PI = "Raspberry Pi";

    private final AgentConfig config;
    private final Optional<Membership> membership;
    private final Optional<Guard> guard;
    private final Board board;
    private final EventQueue events = new EventQueue();
    private final LinkCounters linkCounters = new LinkCounters();
    private final RefusalCounts refusals = new RefusalCounts();
    private final AgentMetrics metrics = new AgentMetrics();
    private final ScheduledExecutorService timers;
    private final Scheduler scheduler;
    private final CoordinatorAttachment coordinator;
    private final InferenceServers servers;
    private final DataPlaneThread dataPlaneThread;
    private final DataPlaneServer dataPlane;
    private final Transcoder transcoder;
    private final GrpcNeighbours neighbours;
    private final CoreLoop loop;
    private final FrameDesk desk;
    private final Cameras cameras;
    private final Receivers receivers;
    private final IngressService subscriptions;
    private final HttpIngress http;
    private final DrainGate drainGate = new DrainGate();
    private final Optional<Panel> panel;

    /** @param incarnation of this process; rises with every start of the node */
    public Wiring(AgentConfig config, long incarnation, RandomGenerator random)
            throws IOException, InterruptedException {
        this.config = config;
        NanoClock clock = NanoClock.system();
        // Loading ONNX Runtime takes as long as much of what follows.
        FutureTask<PartitionLoader> onnx = new FutureTask<>(() -> OnnxPartitionLoader.unpackingInto(config.dataDir()));
        named("onnx-runtime").newThread(onnx).start();
        timers = Executors.newSingleThreadScheduledExecutor(named("timers"));
        scheduler = Scheduler.on(timers);
        SoftHeapLimit.watch(scheduler);

        // Who may connect.
        membership = Membership.open(config, InstantSource.system(), Pause.system());
        refuseStrangers(config, membership.isPresent());
        Optional<LiveCredentials> credentials = membership.map(Membership::credentials);
        Optional<CameraRights> rights = credentials.map(one -> new CameraRights(one, clock));
        guard = credentials.map(one -> Guard.of(one, config.security().strangers(), clock));

        // The board and what runs on it.
        board = config.serviceTime()
                .map(service -> Board.timed(Path.of("/"), config.dataDir(), service))
                .orElseGet(() -> Board.detect(Path.of("/"), config.dataDir(), config.emulation()));
        LoadedHops hops = new LoadedHops();
        servers = new InferenceServers(config.queue().servers(), hops, events, clock, named("server"));

        // The cameras, below, and who hears of their frames.
        Tickets tickets = new Tickets(config.node(), FRAMES_WITHOUT_ANSWER, this::active, events, clock);
        desk = new FrameDesk(tickets, config.ingress(), named("decoder"));
        Vertx vertx = HttpRuntime.create(guard.map(Guard::door));
        ClientIds brokerClients = ClientIds.of(config.node(), config.dataDir(), new SecureRandom());
        cameras = new Cameras(
                new VertxSources(
                        vertx,
                        brokerClients,
                        config.ingress(),
                        rights.isPresent() || config.security().insecure(),
                        named("camera")),
                desk,
                refusals,
                clock,
                scheduler,
                new SplittableRandom(random.nextLong()));
        receivers = new Receivers(
                vertx, brokerClients, clock, InstantSource.system(), new SplittableRandom(random.nextLong()));

        // The neighbours, to the left and to the right.
        transcoder = new Transcoder(clock, named("activation-encoder"), named("activation-decoder"));
        DataPlaneService service = new DataPlaneService(
                config.node(),
                incarnation,
                config.links().maxActivation().bytes(),
                transcoder,
                events,
                clock,
                linkCounters);
        dataPlaneThread = new DataPlaneThread(named("core"));
        boolean sharedCore =
                Runtime.getRuntime().availableProcessors() <= config.queue().servers();
        neighbours = new GrpcNeighbours(service, dataPlaneThread, config, credentials, sharedCore, scheduler, random);

        // The coordinator, above.
        PartitionLoader loader = loader(config, loaded(onnx), clock, random);
        coordinator = new CoordinatorAttachment(
                config,
                incarnation,
                board,
                new CoordinatorAttachment.Parts(
                        membership,
                        events,
                        hops,
                        loader,
                        refusals,
                        new Connected(),
                        neighbours::states,
                        clock,
                        InstantSource.system(),
                        scheduler,
                        random),
                Executors.newSingleThreadExecutor(named("deployment")));

        membership.ifPresent(member -> {
            service.guard(coordinator::mayCome, member.credentials().refusals()::record);
            proveNowAndThen(service, scheduler);
        });

        // The door for neighbours, and for cameras and subscribers that speak gRPC.
        subscriptions = new IngressService(
                cameras,
                desk::service,
                refusals,
                rights,
                config.ingress().maxBody().asInt(),
                config.ingress().maxSubscribers());
        dataPlane = new DataPlaneServer(config, service, List.of(subscriptions), dataPlaneThread, guard);

        // The core, in the middle.
        Effects effects =
                new Effects(servers, neighbours, tickets, this::answered, drainGate.around(coordinator.control()));
        loop = new CoreLoop(
                new AgentCore(limits(config, incarnation)),
                events,
                effects,
                clock,
                config.timers().tick(),
                dataPlaneThread.executor());

        // Requests, from below.
        http = new HttpIngress(
                config.listen(),
                config.ingress(),
                desk,
                cameras,
                refusals,
                new HttpIngress.Pages(this::metricsPage, this::healthPage),
                rights.map(one -> new HttpAccess(guard.orElseThrow(), one)),
                vertx);

        membership.ifPresent(member -> member.connect(serials -> {
            service.revoked(serials);
            neighbours.prove();
            http.examine();
            subscriptions.examine();
        }));

        // What is to be seen and pressed on the board.
        panel = config.panel().isPresent() ? Optional.of(panel(config.panel().get())) : Optional.empty();

        loop.start();
        coordinator.open(new CoordinatorAttachment.Addresses(dataAddress(), httpAddress()));
    }

    private Panel panel(AgentConfig.Panel wanted) throws IOException {
        if (!board.model().title().startsWith(RASPBERRY_PI) || board.model().emulated()) {
            throw new IOException(
                    "a lamp, button or fan is asked for on '%s': expected a Raspberry Pi\nLeave out --status-led, --drain-button and --fan"
                            .formatted(board.model().title()));
        }
        AtomicBoolean draining = new AtomicBoolean();
        Panel opened = Pi4jPanel.open(wanted.pins(), () -> {
            log.info("the button was pressed: this node takes no more frames");
            draining.set(true);
            events.post(new AgentEvent.DrainRequested());
        });
        PanelDuty duty =
                new PanelDuty(opened, board, coordinator::isAttached, draining::get, wanted.fanStartsAtCelsius());
        duty.start(scheduler);
        return opened;
    }

    private static PartitionLoader loaded(Future<PartitionLoader> onnx) throws IOException, InterruptedException {
        try {
            return onnx.get();
        } catch (ExecutionException e) {
            throw new IOException("ONNX Runtime cannot be loaded: " + e.getCause(), e);
        }
    }

    private static PartitionLoader loader(
            AgentConfig config, PartitionLoader onnx, NanoClock clock, RandomGenerator random) {
        if (config.serviceTime().isPresent()) {
            return new TimedLoader(onnx, config.serviceTime().get(), clock, Pause.system(), random);
        }
        return config.emulation()
                .<PartitionLoader>map(board -> new EmulatedLoader(onnx, board, clock, Pause.system()))
                .orElse(onnx);
    }

    /** Often enough that an attempt may fail. */
    private void proveNowAndThen(DataPlaneService service, Scheduler scheduler) {
        Duration age = config.security().connectionAge();
        scheduler.schedule(age.dividedBy(4), () -> {
            neighbours.prove();
            service.endUnproved(age.multipliedBy(3).dividedBy(4));
            proveNowAndThen(service, scheduler);
        });
    }

    private static void refuseStrangers(AgentConfig config, boolean certificates) throws IOException {
        String bind = config.listen().bind();
        if (certificates || InetAddress.getByName(bind).isLoopbackAddress()) {
            return;
        }
        if (!config.security().insecure()) {
            throw new IOException(
                    "without certificates the agent listens on loopback only, not on %s\nJoin with --token or --token-file, or, on a network of your own, start it with --insecure"
                            .formatted(bind));
        }
        log.warn(
                "INSECURE: whoever reaches {} sends jobs and frames here. Join with a token to admit members only",
                bind);
    }

    private static AgentLimits limits(AgentConfig config, long incarnation) {
        AgentLimits usual = AgentLimits.of(
                config.node(),
                incarnation,
                config.queue().servers(),
                config.queue().capacityJobs(),
                config.queue().capacityBytes().bytes());
        return new AgentLimits(
                usual.node(),
                usual.incarnation(),
                usual.servers(),
                usual.capacityJobs(),
                usual.capacityBytes(),
                config.queue().shares(),
                config.links().maxJobs(),
                config.links().maxBytes().bytes(),
                usual.transferWindow(),
                usual.offersPerLink(),
                usual.inFlightJobs(),
                usual.graceNanos());
    }

    /** Threads called {@code name-1}, {@code name-2}, … that do not keep the process alive. */
    private ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, config.node() + "/" + name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** The placement under which frames are assigned now. */
    private Placement active() {
        return coordinator.active();
    }

    /** Cameras and receivers as the coordinator sees them. */
    private final class Connected implements Feeding {
        @Override
        public void apply(Feeds feeds) {
            cameras.apply(feeds.cameras());
            receivers.apply(feeds);
        }

        @Override
        public List<CameraStatus> cameras() {
            return cameras.status();
        }

        @Override
        public List<ReceiverStatus> receivers() {
            return receivers.status();
        }
    }

    private void answered(AgentEffect.Answer answer, Optional<CameraId> camera) {
        metrics.answered(answer);
        active().service(answer.service()).ifPresent(service -> {
            http.publish(service, answer, camera);
            receivers.publish(service, answer, camera);
            subscriptions.publish(service, answer, camera);
        });
    }

    private CompletionStage<String> metricsPage() {
        return snapshot(snapshot -> {
            metrics.update(snapshot);
            metrics.update(neighbours.states());
            metrics.update(refusals);
            metrics.update(cameras.status(), receivers.status());
            metrics.set(Metric.LINK_RECONNECTS, linkCounters.reconnects());
            metrics.set(Metric.MALFORMED_MESSAGES, linkCounters.malformed());
            metrics.set(Metric.UNDECODED, linkCounters.undecoded());
            metrics.set(Metric.CORE_FAILURES, loop.failures());
            metrics.set(
                    Metric.EMULATED,
                    board.model().emulated() ? 1 : 0,
                    board.model().title());
            metrics.update(board.condition());
            metrics.set(Metric.COORDINATOR_ATTACHED, coordinator.isAttached() ? 1 : 0);
            metrics.set(Metric.RESIDENT_MEMORY, ProcessMemory.residentBytes());
            metrics.set(Metric.INSECURE, config.security().insecure() ? 1 : 0);
            membership.ifPresent(one -> {
                metrics.set(Metric.CERTIFICATE_END, one.notAfter().getEpochSecond());
                one.credentials()
                        .refusals()
                        .counts()
                        .forEach((reason, count) -> metrics.set(Metric.ACCESS_REFUSED, count, reason.label()));
            });
            guard.ifPresent(one -> {
                Door.Census census = one.door().census();
                metrics.set(Metric.CONNECTIONS, census.proved(), "true");
                metrics.set(Metric.CONNECTIONS, census.unproved(), "false");
                metrics.set(Metric.CONNECTIONS_ENDED_UNPROVED, census.endedUnproved());
            });
            return metrics.scrape();
        });
    }

    private CompletionStage<JsonObject> healthPage() {
        return snapshot(snapshot -> new JsonObject()
                .put("status", "ok")
                .put("node", config.node().value())
                .put("version", AgentConfig.VERSION)
                .put("board", board.model().title())
                .put("emulated", board.model().emulated())
                .put("epoch", snapshot.epoch())
                .put("coordinatorAttached", coordinator.isAttached())
                .put("conservationResidual", snapshot.conservationResidual()));
    }

    /** Not on the core's thread, which has jobs to see to: writing a page takes a board many milliseconds. */
    private <T> CompletionStage<T> snapshot(Function<CoreSnapshot, T> page) {
        return events.snapshot().orTimeout(SNAPSHOT_SECONDS, TimeUnit.SECONDS).thenApplyAsync(page, timers);
    }

    /** Has the manager know that the core is alive. */
    void watch(ServiceManager manager) {
        manager.watch(
                events::snapshot, scheduler, e -> log.warn("the service manager is not told: {}", e.getMessage()));
    }

    public NodeId node() {
        return config.node();
    }

    /** Where neighbours reach this node. */
    public HostPort dataAddress() {
        return new HostPort(config.listen().advertise(), dataPlane.port());
    }

    /** Where cameras reach this node. */
    public HostPort httpAddress() {
        return new HostPort(config.listen().advertise(), http.port());
    }

    /** Takes no more frames, lets the jobs inside finish, then stops everything in reverse. */
    @Override
    public void close() {
        events.post(new AgentEvent.DrainRequested());
        if (!drainGate.await(config.timers().drain())) {
            log.warn(
                    "stopping with jobs inside: they did not finish in {}",
                    config.timers().drain());
        }
        cameras.close();
        receivers.close();
        desk.close();
        http.close();
        neighbours.close();
        dataPlane.close();
        transcoder.close();
        servers.close();
        coordinator.close();
        loop.close();
        dataPlaneThread.close();
        timers.shutdownNow();
        panel.ifPresent(Panel::close);
    }
}

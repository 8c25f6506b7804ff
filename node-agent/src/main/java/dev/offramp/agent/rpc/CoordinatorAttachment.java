package dev.offramp.agent.rpc;

import dev.offramp.agent.artifact.ArtifactCache;
import dev.offramp.agent.board.Board;
import dev.offramp.agent.board.ProcessMemory;
import dev.offramp.agent.config.AgentConfig;
import dev.offramp.agent.core.CoreSnapshot;
import dev.offramp.agent.core.Job;
import dev.offramp.agent.forward.BackOff;
import dev.offramp.agent.forward.LinkState;
import dev.offramp.agent.inference.PartitionLoader;
import dev.offramp.agent.loop.Effects;
import dev.offramp.agent.loop.EventQueue;
import dev.offramp.agent.loop.LoadedHops;
import dev.offramp.agent.telemetry.RefusalCounts;
import dev.offramp.partition.HostPort;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Placement;
import dev.offramp.proto.access.Tls;
import dev.offramp.proto.v1.Command;
import dev.offramp.proto.v1.Register;
import dev.offramp.proto.v1.Telemetry;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Scheduler;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The agent's side of the coordinator: what it reports, what it is told to do. Thread-safe. */
public final class CoordinatorAttachment implements AutoCloseable {
    private static final Duration FETCH_TIMEOUT = Duration.ofMinutes(10);
    private static final Duration RENEWAL = Duration.ofSeconds(1);
    private static final long SNAPSHOT_MILLIS = 500;
    private static final int MAX_COMMAND_BYTES = 16 << 20;

    /** What there is besides: the parts of the agent that commands act on. */
    public record Parts(
            Optional<Membership> membership,
            EventQueue events,
            LoadedHops hops,
            PartitionLoader loader,
            RefusalCounts refusals,
            Feeding feeding,
            Supplier<Map<NodeId, LinkState>> links,
            NanoClock clock,
            InstantSource wallClock,
            Scheduler scheduler,
            RandomGenerator random) {}

    private final AgentConfig config;
    private final long incarnation;
    private final Board board;
    private final Parts parts;
    private final long startedNanos;
    private final ManagedChannel channel;
    private final VersionStore versions;
    private final FeedStore feeds;
    private final PartitionStock stock;
    private final Deployment deployment;
    private final CoordinatorLink link;
    private final ExecutorService thread;
    private volatile Optional<Addresses> addresses = Optional.empty();
    private volatile @Nullable CoreSnapshot last;

    /** Where this node is reached. */
    public record Addresses(HostPort data, HostPort http) {}

    /** @param thread the deployment thread; closed with this */
    public CoordinatorAttachment(AgentConfig config, long incarnation, Board board, Parts parts, ExecutorService thread)
            throws IOException {
        this.config = config;
        this.incarnation = incarnation;
        this.board = board;
        this.parts = parts;
        this.thread = thread;
        this.startedNanos = parts.clock().nanoTime();
        ArtifactCache cache = new ArtifactCache(config.dataDir().resolve("partitions"));
        this.versions = new VersionStore(config.dataDir().resolve("versions.properties"));
        this.feeds = new FeedStore(config.dataDir().resolve("feeds.json"), parts.feeding());
        ChannelCredentials credentials = parts.membership()
                .map(one -> Tls.toCoordinator(one.credentials()))
                .orElseGet(InsecureChannelCredentials::create);
        this.channel = NettyChannelBuilder.forTarget(config.coordinator().toString(), credentials)
                .maxInboundMessageSize(MAX_COMMAND_BYTES)
                .keepAliveTime(config.timers().keepAlive().toNanos(), TimeUnit.NANOSECONDS)
                .keepAliveTimeout(config.timers().keepAliveTimeout().toNanos(), TimeUnit.NANOSECONDS)
                .build();
        // Connects while the agent is put together.
        var unused = channel.getState(true);
        this.stock = new PartitionStock(
                config.node(),
                config.queue().servers(),
                cache,
                new PartitionFetch(channel, FETCH_TIMEOUT),
                parts.loader(),
                parts.hops());
        this.deployment =
                new Deployment(stock, versions, feeds, parts.membership(), parts.events(), thread, parts.scheduler());
        this.link = new CoordinatorLink(
                channel,
                new ReportingAgent(),
                parts.scheduler(),
                config.timers().telemetry(),
                new BackOff(config.timers().reconnectMin(), config.timers().reconnectMax(), parts.random()));
    }

    /** Takes up the cameras and receivers told last, and attaches, now and whenever the connection is lost. */
    public void open(Addresses reachedAt) {
        addresses = Optional.of(reachedAt);
        feeds.restore();
        link.open();
        parts.membership().ifPresent(this::keepRenewed);
    }

    private void keepRenewed(Membership membership) {
        parts.scheduler().schedule(RENEWAL, () -> {
            try {
                thread.execute(() -> membership.renewIfDue(channel));
                keepRenewed(membership);
            } catch (RejectedExecutionException e) {
                // The agent stops.
            }
        });
    }

    /** Hears the core's answers to commands. */
    public Effects.Control control() {
        return deployment;
    }

    /** The placement under which frames are assigned now. */
    public Placement active() {
        return deployment.active();
    }

    /** Whether a job may come from that node. */
    public boolean mayCome(NodeId sender, Job job) {
        return deployment.mayCome(sender, job);
    }

    /** Whether commands come through at the moment. */
    public boolean isAttached() {
        return link.isAttached();
    }

    @Override
    public void close() {
        link.close();
        channel.shutdownNow();
        thread.shutdownNow();
        try {
            if (thread.awaitTermination(1, TimeUnit.SECONDS)) {
                stock.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class ReportingAgent implements CoordinatorLink.Agent {
        /** Number of the last row of shadow jobs that this connection has had, by service. */
        private final Map<String, Long> shadowRowsSent = new ConcurrentHashMap<>();
        /** The same of other jobs, of whichever connection: nobody needs to hear of them again. */
        private final Map<String, Long> jobRowsSent = new ConcurrentHashMap<>();

        @Override
        public Register registration() {
            shadowRowsSent.clear();
            Addresses reachedAt = addresses.orElseThrow();
            var message = Register.newBuilder()
                    .setNode(config.node().value())
                    .setIncarnation(incarnation)
                    .setDataAddress(reachedAt.data().toString())
                    .setHttpAddress(reachedAt.http().toString())
                    .setBoard(board.model().title())
                    .setEmulated(board.model().emulated())
                    .setMemoryBytes(board.model().memoryBytes())
                    .setCapacityJobs(config.queue().capacityJobs())
                    .setCapacityBytes(config.queue().capacityBytes().bytes())
                    .setEpoch(versions.epoch())
                    .setVersion(AgentConfig.VERSION);
            versions.policies().forEach((service, version) -> message.putPolicyVersions(service.value(), version));
            return message.build();
        }

        /** The core's counters; the last known ones where the core is too busy to answer. */
        @Override
        public Optional<Telemetry> telemetry() {
            try {
                last = parts.events().snapshot().get(SNAPSHOT_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                // Reported as it was.
            }
            return Optional.ofNullable(last).map(snapshot -> TelemetryCodec.write(
                            snapshot,
                            parts.refusals().byService(),
                            parts.links().get(),
                            parts.clock().nanoTime() - startedNanos,
                            ProcessMemory.residentBytes())
                    .toBuilder()
                    .setBoard(TelemetryCodec.write(
                            board.condition(), parts.wallClock().millis()))
                    .addAllCameras(FeedTelemetry.cameras(parts.feeding().cameras()))
                    .addAllReceivers(FeedTelemetry.receivers(parts.feeding().receivers()))
                    .addAllShadowRows(
                            TelemetryCodec.shadowRows(snapshot, service -> shadowRowsSent.getOrDefault(service, 0L)))
                    .addAllJobRows(TelemetryCodec.jobRows(snapshot, service -> jobRowsSent.getOrDefault(service, 0L)))
                    .mergeFrom(access())
                    .build());
        }

        private Telemetry access() {
            var message = Telemetry.newBuilder();
            if (parts.membership().isEmpty()) {
                return message.setAccess(config.security().insecure() ? "insecure" : "loopback")
                        .build();
            }
            Membership member = parts.membership().get();
            member.credentials()
                    .refusals()
                    .counts()
                    .forEach((reason, count) -> message.putAccessRefused(reason.label(), count));
            return message.setAccess("tls")
                    .setCertificateEndEpochSeconds(member.notAfter().getEpochSecond())
                    .build();
        }

        @Override
        public void sent(Telemetry telemetry) {
            telemetry
                    .getShadowRowsList()
                    .forEach(row -> shadowRowsSent.merge(row.getService(), row.getNumber(), Math::max));
            telemetry.getJobRowsList().forEach(row -> jobRowsSent.merge(row.getService(), row.getNumber(), Math::max));
        }

        @Override
        public void execute(Command command, CoordinatorLink.Done done) {
            deployment.execute(command, done);
        }
    }
}

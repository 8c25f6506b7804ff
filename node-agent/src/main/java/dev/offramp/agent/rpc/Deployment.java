package dev.offramp.agent.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.offramp.agent.artifact.ArtifactException;
import dev.offramp.agent.core.AgentEffect;
import dev.offramp.agent.core.AgentEvent;
import dev.offramp.agent.core.Job;
import dev.offramp.agent.inference.InferenceException;
import dev.offramp.agent.loop.Effects;
import dev.offramp.agent.loop.Mailbox;
import dev.offramp.partition.Chain;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Placement;
import dev.offramp.partition.Service;
import dev.offramp.partition.policy.Policy;
import dev.offramp.proto.Codec;
import dev.offramp.proto.WireException;
import dev.offramp.proto.identity.PeerException;
import dev.offramp.proto.v1.Ack;
import dev.offramp.proto.v1.Command;
import dev.offramp.proto.v1.PolicyVersion;
import dev.offramp.proto.v1.Prepare;
import dev.offramp.proto.v1.Revocations;
import dev.offramp.time.Scheduler;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes the coordinator's commands: does what takes time on the deployment thread, then tells the core, and answers
 * when the core has done it. Nothing that fails here disturbs what already runs. Thread-safe.
 */
final class Deployment implements Effects.Control {
    private static final Logger log = LoggerFactory.getLogger(Deployment.class);
    private static final Duration CORE_PATIENCE = Duration.ofSeconds(10);

    private final PartitionStock stock;
    private final VersionStore versions;
    private final Optional<Membership> membership;
    private final FeedStore feeds;
    private final Mailbox mailbox;
    private final Executor thread;
    private final Scheduler scheduler;
    private final Map<AgentEffect.Command, Consumer<String>> waiting = new ConcurrentHashMap<>();
    private final List<CoordinatorLink.Done> draining = new ArrayList<>();
    private final NavigableMap<Long, Placement> prepared = new ConcurrentSkipListMap<>();
    private volatile Placement active = Placement.empty();
    private boolean drained;

    /**
     * @param membership tells whether what is to be prepared is signed; empty where certificates are off
     * @param thread the deployment thread: {@code stock}, {@code versions} and {@code feeds} are confined to it
     */
    Deployment(
            PartitionStock stock,
            VersionStore versions,
            FeedStore feeds,
            Optional<Membership> membership,
            Mailbox mailbox,
            Executor thread,
            Scheduler scheduler) {
        this.stock = stock;
        this.versions = versions;
        this.membership = membership;
        this.feeds = feeds;
        this.mailbox = mailbox;
        this.thread = thread;
        this.scheduler = scheduler;
    }

    /** The placement under which frames are assigned now. */
    Placement active() {
        return active;
    }

    /** Whether the job's placement has that node right before the job's hop; what of an unknown one, the core decides. */
    boolean mayCome(NodeId sender, Job job) {
        Placement placement = prepared.get(job.epoch());
        if (placement == null) {
            return true;
        }
        return placement
                .service(job.chain().service())
                .filter(service -> service.chains().stream()
                        .filter(chain -> chain.id().equals(job.chain()))
                        .anyMatch(chain -> isBefore(sender, job.hop(), service, chain)))
                .isPresent();
    }

    private static boolean isBefore(NodeId sender, int hop, Service service, Chain chain) {
        return hop == 0
                ? service.ingress().contains(sender)
                : hop <= chain.hops().size() && chain.hops().get(hop - 1).node().equals(sender);
    }

    void execute(Command command, CoordinatorLink.Done done) {
        try {
            thread.execute(() -> guarded(done, () -> executeNow(command, done)));
        } catch (RejectedExecutionException e) {
            log.info("{} comes too late: the agent stops", command.getMessageCase());
        }
    }

    /** A command that fails on a bug is answered like any other: the next one waits for its answer. */
    private static void guarded(CoordinatorLink.Done done, Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            log.error("a command failed", e);
            done.acknowledge(
                    Ack.newBuilder().setError("the command failed: " + e).build());
        }
    }

    private void executeNow(Command command, CoordinatorLink.Done done) {
        switch (command.getMessageCase()) {
            case PREPARE -> prepare(command.getPrepare(), done);
            case ACTIVATE -> activate(command.getActivate().getEpoch(), done);
            case RETIRE -> retire(command.getRetire().getEpoch(), done);
            case POLICY -> apply(command.getPolicy().getPolicy(), done);
            case FEEDS -> done.acknowledge(feeds.apply(command.getFeeds().getFeeds()));
            case DRAIN -> drain(done);
            case REVOCATIONS -> revoke(command.getRevocations(), done);
            case MESSAGE_NOT_SET ->
                done.acknowledge(Ack.newBuilder()
                        .setError("the command is not known here. Maybe the coordinator is a newer offramp")
                        .build());
        }
    }

    /** The placement as it was signed, where signatures are asked for. */
    private void prepare(Prepare command, CoordinatorLink.Done done) {
        if (membership.isEmpty()) {
            prepare(command.getPlacement(), done);
            return;
        }
        try {
            membership
                    .get()
                    .signatures()
                    .check(
                            command.getSignedPlacement().toByteArray(),
                            command.getSignature().toByteArray(),
                            command.getSigner().toByteArray());
            prepare(dev.offramp.proto.v1.Placement.parseFrom(command.getSignedPlacement()), done);
        } catch (PeerException | InvalidProtocolBufferException e) {
            answer(done, Ack.newBuilder(), "the placement is refused: " + e.getMessage());
        }
    }

    private void revoke(Revocations message, CoordinatorLink.Done done) {
        try {
            membership
                    .orElseThrow(() -> new WireException("certificates are off here"))
                    .revoke(Membership.serials(message.getSerialsList()));
            answer(done, Ack.newBuilder(), "");
        } catch (WireException | IOException e) {
            answer(done, Ack.newBuilder(), "revocations: " + e.getMessage());
        }
    }

    private void prepare(dev.offramp.proto.v1.Placement message, CoordinatorLink.Done done) {
        long epoch = message.getEpoch();
        Consumer<String> answer = error -> answer(done, Ack.newBuilder().setPreparedEpoch(epoch), error);
        try {
            Placement placement = Codec.read(message);
            if (epoch < versions.epoch()) {
                answer.accept("epoch %d is older than epoch %d, which this node has acted on"
                        .formatted(epoch, versions.epoch()));
                return;
            }
            if (stock.contradicts(placement)) {
                answer.accept("epoch %d is here with other content: expected a new epoch".formatted(epoch));
                return;
            }
            stock.load(placement);
            log.info("epoch {} is prepared", epoch);
            tell(new AgentEvent.PlacementPrepared(placement), new AgentEffect.Command.Prepared(epoch), refusal -> {
                if (refusal.isEmpty()) {
                    prepared.put(epoch, placement);
                } else {
                    onThread(done, () -> stock.forget(epoch));
                }
                answer.accept(refusal);
            });
        } catch (WireException | ArtifactException | InferenceException e) {
            answer.accept(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer.accept("the agent stops");
        } catch (RuntimeException | Error e) {
            log.error("preparing epoch {} failed", epoch, e);
            answer.accept("preparing failed: " + e);
        }
    }

    private void activate(long epoch, CoordinatorLink.Done done) {
        Consumer<String> answer = error -> answer(done, Ack.newBuilder().setActivatedEpoch(epoch), error);
        Placement placement = prepared.get(epoch);
        if (placement == null) {
            answer.accept("epoch %d was not prepared on this node".formatted(epoch));
        } else if (epoch < versions.epoch()) {
            answer.accept(
                    "epoch %d is older than epoch %d, which this node has acted on".formatted(epoch, versions.epoch()));
        } else {
            try {
                // First on disk: what this node acts on must never go back, whenever it dies.
                versions.recordEpoch(epoch);
            } catch (IOException e) {
                answer.accept("cannot keep the epoch on disk: " + e);
                return;
            }
            tell(new AgentEvent.PlacementActivated(epoch), new AgentEffect.Command.Activated(epoch), refusal -> {
                if (refusal.isEmpty()) {
                    active = placement;
                    log.info("epoch {} is active", epoch);
                }
                answer.accept(refusal);
            });
        }
    }

    private void retire(long epoch, CoordinatorLink.Done done) {
        tell(
                new AgentEvent.PlacementRetired(epoch),
                new AgentEffect.Command.Retired(epoch),
                refusal -> onThread(done, () -> {
                    if (refusal.isEmpty()) {
                        prepared.headMap(epoch, true).clear();
                        stock.retire(epoch);
                        log.info("epoch {} is retired", epoch);
                    }
                    answer(done, Ack.newBuilder().setRetiredEpoch(epoch), refusal);
                }));
    }

    private void apply(dev.offramp.proto.v1.Policy message, CoordinatorLink.Done done) {
        PolicyVersion version = PolicyVersion.newBuilder()
                .setService(message.getService())
                .setVersion(message.getVersion())
                .build();
        Consumer<String> answer = error -> answer(done, Ack.newBuilder().setPolicy(version), error);
        try {
            Policy policy = Codec.read(message);
            long newest = versions.policy(policy.service());
            if (policy.version() < newest) {
                answer.accept("policy %d of %s is older than policy %d, which this node has acted on"
                        .formatted(policy.version(), policy.service(), newest));
                return;
            }
            versions.recordPolicy(policy.service(), policy.version());
            tell(
                    new AgentEvent.PolicyChanged(policy),
                    new AgentEffect.Command.PolicyApplied(policy.service(), policy.version()),
                    answer);
        } catch (WireException e) {
            answer.accept(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            answer.accept("cannot keep the policy version on disk: " + e);
        }
    }

    private void drain(CoordinatorLink.Done done) {
        synchronized (draining) {
            if (!drained) {
                draining.add(done);
                mailbox.post(new AgentEvent.DrainRequested());
                return;
            }
        }
        done.acknowledge(Ack.newBuilder().setDrained(true).build());
    }

    /** The core answers within a tick or it never will. */
    private void tell(AgentEvent event, AgentEffect.Command command, Consumer<String> answer) {
        waiting.put(command, answer);
        scheduler.schedule(CORE_PATIENCE, () -> {
            if (waiting.remove(command, answer)) {
                answer.accept("the core did not answer");
            }
        });
        mailbox.post(event);
    }

    private static void answer(CoordinatorLink.Done done, Ack.Builder ack, String error) {
        if (!error.isEmpty()) {
            log.warn("{} is refused: {}", ack.getOfCase(), error);
        }
        done.acknowledge(ack.setError(error).build());
    }

    private void onThread(CoordinatorLink.Done done, Runnable task) {
        try {
            thread.execute(() -> guarded(done, task));
        } catch (RejectedExecutionException e) {
            log.info("a command was cut off: the agent stops");
        }
    }

    @Override
    public void done(AgentEffect.CommandDone effect) {
        Consumer<String> answer = waiting.remove(effect.command());
        if (answer != null) {
            answer.accept(effect.refusal());
        }
    }

    @Override
    public void epochDrained(AgentEffect.EpochDrained effect) {
        log.info("no job of epoch {} is left", effect.epoch());
    }

    @Override
    public void drained() {
        List<CoordinatorLink.Done> all;
        synchronized (draining) {
            drained = true;
            all = List.copyOf(draining);
            draining.clear();
        }
        all.forEach(done -> done.acknowledge(Ack.newBuilder().setDrained(true).build()));
    }
}

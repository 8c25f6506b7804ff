package dev.offramp.agent.loop;

import dev.offramp.agent.core.Activation;
import dev.offramp.agent.core.AgentEffect;
import dev.offramp.agent.core.AgentEvent;
import dev.offramp.agent.ingress.ErrorCode;
import dev.offramp.agent.ingress.FrameIntake;
import dev.offramp.agent.ingress.RefusalException;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Placement;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.feed.CameraId;
import dev.offramp.time.NanoClock;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Frames on their way through the core, by ticket. Thread-safe. */
public final class Tickets implements FrameIntake {
    private final NodeId node;
    private final int maxFrames;
    private final Supplier<Placement> active;
    private final Mailbox mailbox;
    private final NanoClock clock;
    private final AtomicLong last = new AtomicLong();
    private final Map<Long, Watcher> watchers = new ConcurrentHashMap<>();

    /**
     * @param maxFrames most frames without an answer
     * @param active the placement under which frames are assigned now
     */
    public Tickets(NodeId node, int maxFrames, Supplier<Placement> active, Mailbox mailbox, NanoClock clock) {
        this.node = node;
        this.maxFrames = maxFrames;
        this.active = active;
        this.mailbox = mailbox;
        this.clock = clock;
    }

    @Override
    public Optional<Service> service(ServiceId id) {
        return active.get().service(id).filter(service -> service.ingress().contains(node));
    }

    @Override
    public void offer(ServiceId service, ByteBuffer tensor, OptionalInt truth, int priority, Watcher watcher)
            throws RefusalException {
        if (watchers.size() >= maxFrames) {
            throw new RefusalException(
                    ErrorCode.BUSY,
                    "%d frames are without an answer".formatted(watchers.size()),
                    "at most " + maxFrames,
                    "Send slower");
        }
        long ticket = last.incrementAndGet();
        watchers.put(ticket, watcher);
        mailbox.post(new AgentEvent.FrameArrived(
                ticket, service, new Activation(tensor), truth, priority, clock.nanoTime()));
    }

    void accepted(AgentEffect.FrameAccepted effect) {
        Watcher watcher = watchers.get(effect.ticket());
        if (watcher != null) {
            watcher.accepted(effect.job());
        }
    }

    void refused(AgentEffect.FrameRefused effect) {
        Watcher watcher = watchers.remove(effect.ticket());
        if (watcher != null) {
            watcher.refused(translate(effect));
        }
    }

    /** The camera whose frame it was, if it came from one that is configured. */
    Optional<CameraId> answered(AgentEffect.Answer answer) {
        Watcher watcher = watchers.remove(answer.ticket());
        if (watcher == null) {
            return Optional.empty();
        }
        watcher.done(answer);
        return watcher.camera();
    }

    private static RefusalException translate(AgentEffect.FrameRefused effect) {
        return switch (effect.refusal()) {
            case UNKNOWN_SERVICE ->
                new RefusalException(
                        ErrorCode.UNKNOWN_SERVICE,
                        effect.message(),
                        "a service placed with this node as ingress",
                        "Maybe the placement has just changed");
            case WRONG_SHAPE ->
                new RefusalException(
                        ErrorCode.DECODE,
                        effect.message(),
                        "a frame that fits the network's input",
                        "Maybe the service's preprocessing is not the network's");
            case BUSY ->
                new RefusalException(
                        ErrorCode.BUSY, effect.message(), "fewer frames in flight", "Send slower, or add nodes");
            case DRAINING ->
                new RefusalException(
                        ErrorCode.DRAINING, effect.message(), "a node that takes frames", "Use another ingress");
        };
    }
}

package dev.offramp.agent.core;

import dev.offramp.partition.NodeId;
import dev.offramp.partition.job.JobId;
import dev.offramp.partition.job.LossReason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What this node has to do with one neighbour it sends jobs to. */
final class Peer {
    private final NodeId id;
    private final AgentLimits limits;
    private final Deque<Held> outbox = new ArrayDeque<>();
    private final Map<JobId, Held> offered = new LinkedHashMap<>();
    private final Map<JobId, Held> unsent = new LinkedHashMap<>();
    private final Map<JobId, Held> pending = new HashMap<>();
    private long outboxBytes;
    private long sent;
    private long resolved;
    private boolean up;
    private LossReason downReason = LossReason.LINK_LOST;

    Peer(NodeId id, AgentLimits limits) {
        this.id = id;
        this.limits = limits;
    }

    boolean isUp() {
        return up;
    }

    LossReason downReason() {
        return downReason;
    }

    void up() {
        up = true;
    }

    /** What its end takes along. */
    record Casualties(List<Held> pending, List<Held> notSent, List<Held> unsent) {}

    Casualties down(LossReason reason) {
        up = false;
        downReason = reason;
        List<Held> notSent = new ArrayList<>(outbox);
        notSent.addAll(offered.values());
        Casualties casualties = new Casualties(List.copyOf(pending.values()), notSent, List.copyOf(unsent.values()));
        outbox.clear();
        outboxBytes = 0;
        offered.clear();
        unsent.clear();
        resolved += pending.size();
        pending.clear();
        return casualties;
    }

    boolean windowOpen() {
        return unsent.size() < limits.transferWindow();
    }

    boolean fitsOutbox(long bytes) {
        return outbox.size() < limits.outboxJobs() && outboxBytes + bytes <= limits.outboxBytes();
    }

    /** The transfer goes out now. */
    void transfer(Held held) {
        sent++;
        unsent.put(held.job.id(), held);
        pending.put(held.job.id(), held);
    }

    void offer(Held held) {
        offered.put(held.job.id(), held);
    }

    @Nullable
    Held granted(JobId job) {
        return offered.remove(job);
    }

    @Nullable
    Held handedOver(JobId job) {
        return unsent.remove(job);
    }

    void enqueue(Held held, long bytes) {
        outbox.addLast(held);
        outboxBytes += bytes;
    }

    Optional<Held> oldestInOutbox() {
        return Optional.ofNullable(outbox.peekFirst());
    }

    Optional<Held> nextFromOutbox() {
        Held next = windowOpen() ? outbox.pollFirst() : null;
        if (next != null && next.activation != null) {
            outboxBytes -= next.activation.size();
        }
        return Optional.ofNullable(next);
    }

    /** The job's outcome is known, or no longer waited for; null if it is not pending here. */
    @Nullable
    Held resolve(JobId job) {
        Held held = pending.remove(job);
        if (held != null) {
            resolved++;
        }
        return held;
    }

    /** Forgets a job that was not sent yet. */
    void forget(Held held) {
        offered.remove(held.job.id());
        if (outbox.remove(held) && held.activation != null) {
            outboxBytes -= held.activation.size();
        }
    }

    boolean idle() {
        return pending.isEmpty() && outbox.isEmpty() && offered.isEmpty();
    }

    long residual() {
        return sent - resolved - pending.size();
    }

    CoreSnapshot.Link snapshot() {
        return new CoreSnapshot.Link(id, sent, resolved, pending.size(), up);
    }
}

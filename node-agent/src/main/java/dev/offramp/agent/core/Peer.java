package dev.offramp.agent.core;

import dev.offramp.agent.queue.Admission;
import dev.offramp.agent.queue.BoundedQueue;
import dev.offramp.agent.queue.Shares;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.job.JobId;
import dev.offramp.partition.job.LossReason;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What this node has to do with one neighbour it sends jobs to. Mutable; belongs to the core. */
final class Peer {
    private final NodeId id;
    private final AgentLimits limits;
    private final BoundedQueue<Held> outbox;
    private final Map<JobId, Held> boxed = new LinkedHashMap<>();
    private final Map<JobId, Held> offered = new LinkedHashMap<>();
    private final Map<JobId, Held> unsent = new LinkedHashMap<>();
    private final Map<JobId, Held> pending = new LinkedHashMap<>();
    private long sent;
    private long resolved;
    private boolean up;
    private LossReason downReason = LossReason.LINK_LOST;

    Peer(NodeId id, AgentLimits limits) {
        this.id = id;
        this.limits = limits;
        this.outbox = new BoundedQueue<>(limits.outboxJobs(), limits.outboxBytes(), Shares.NONE);
    }

    NodeId id() {
        return id;
    }

    boolean isUp() {
        return up;
    }

    /** Why it is down: what it said last, or that it was never up. */
    LossReason downReason() {
        return downReason;
    }

    void up() {
        up = true;
    }

    /**
     * What the end of a stream takes along.
     *
     * @param pending transferred, without an outcome
     * @param notSent offered, or waiting in the outbox; still in this peer's books
     * @param unsent given to the transport and not reported sent
     */
    record Casualties(List<Held> pending, List<Held> notSent, List<Held> unsent) {}

    Casualties down(LossReason reason) {
        up = false;
        downReason = reason;
        Casualties casualties = new Casualties(
                List.copyOf(pending.values()),
                Stream.concat(boxed.values().stream(), offered.values().stream())
                        .toList(),
                List.copyOf(unsent.values()));
        resolved += pending.size();
        pending.clear();
        unsent.clear();
        return casualties;
    }

    boolean windowOpen() {
        return unsent.size() < limits.transferWindow();
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

    /** The offer is answered: with a grant or an outcome. Null if there is none. */
    @Nullable
    Held answered(JobId job) {
        return offered.remove(job);
    }

    @Nullable
    Held handedOver(JobId job) {
        return unsent.remove(job);
    }

    /** Lets a job wait for the transport. */
    Admission<Held> enqueue(Held held, boolean evicting) {
        long bytes = held.activation().size();
        Admission<Held> admission = evicting
                ? outbox.offerEvicting(held, held.job.priority(), bytes)
                : outbox.offer(held, held.job.priority(), bytes);
        if (admission instanceof Admission.Admitted<Held> admitted) {
            boxed.put(held.job.id(), held);
            admitted.evicted().forEach(evicted -> boxed.remove(evicted.job.id()));
        }
        return admission;
    }

    /** The next to transfer, if the transport takes one. */
    Optional<Held> dequeue() {
        if (!windowOpen()) {
            return Optional.empty();
        }
        Optional<Held> next = outbox.poll();
        next.ifPresent(held -> {
            outbox.release(held.job.priority(), held.activation().size());
            boxed.remove(held.job.id());
        });
        return next;
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

    /** Forgets a job that was not sent. */
    void forget(Held held) {
        offered.remove(held.job.id());
        boxed.remove(held.job.id());
        outbox.remove(held);
    }

    /** What the transport has of jobs whose outcome may be decided. */
    Stream<Held> unsent() {
        return unsent.values().stream();
    }

    int outboxJobs() {
        return outbox.jobs();
    }

    long outboxBytes() {
        return outbox.bytes();
    }

    boolean idle() {
        return pending.isEmpty() && unsent.isEmpty() && boxed.isEmpty() && offered.isEmpty();
    }

    /** @param forwarded jobs of this node that the peer has */
    long residual(long forwarded) {
        return Math.abs(sent - resolved - forwarded) + Math.abs(forwarded - pending.size());
    }

    CoreSnapshot.Link snapshot() {
        return new CoreSnapshot.Link(id, sent, resolved, pending.size(), up);
    }
}

package dev.offramp.coordinator.control;

import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import java.util.SortedMap;
import java.util.TreeMap;

/** One agent's connection: what it has acknowledged on it. Confined to the machine. */
final class Session {
    private final long id;
    private final NodeId node;
    private final SortedMap<ServiceId, Long> policies = new TreeMap<>();
    private long prepared;
    private long activated;
    private long retired;
    private long refusedPrepare;
    private long refusedRetire;
    private long feeds;
    private String problem = "";
    private long toldNanos;

    Session(long id, NodeId node) {
        this.id = id;
        this.node = node;
    }

    long id() {
        return id;
    }

    NodeId node() {
        return node;
    }

    void told(long nowNanos) {
        toldNanos = nowNanos;
    }

    long toldNanos() {
        return toldNanos;
    }

    void answered(NodeCommand.Id command, String error) {
        problem = error;
        boolean done = error.isEmpty();
        switch (command) {
            case NodeCommand.Id.Prepared answer -> {
                if (done) {
                    prepared = Math.max(prepared, answer.epoch());
                } else {
                    refusedPrepare = Math.max(refusedPrepare, answer.epoch());
                }
            }
            case NodeCommand.Id.Activated answer -> {
                if (done) {
                    activated = Math.max(activated, answer.epoch());
                }
            }
            case NodeCommand.Id.Retired answer -> {
                if (done) {
                    retired = Math.max(retired, answer.epoch());
                } else {
                    refusedRetire = Math.max(refusedRetire, answer.epoch());
                }
            }
            case NodeCommand.Id.Drained drained -> {}
            case NodeCommand.Id.FeedsApplied answer -> feeds = Math.max(feeds, answer.version());
            case NodeCommand.Id.PolicyApplied answer -> {
                if (done) {
                    policies.merge(answer.service(), answer.version(), Math::max);
                }
            }
        }
    }

    boolean hasPrepared(long epoch) {
        return prepared >= epoch;
    }

    boolean hasRefusedToPrepare(long epoch) {
        return prepared < epoch && refusedPrepare >= epoch;
    }

    boolean hasActivated(long epoch) {
        return activated >= epoch;
    }

    /** It has retired the epoch, or never will. */
    boolean isDoneRetiring(long epoch) {
        return retired >= epoch || refusedRetire >= epoch;
    }

    /** Version of the newest feeds it has acted on, as far as it has said. */
    long feeds() {
        return feeds;
    }

    long prepared() {
        return prepared;
    }

    long activated() {
        return activated;
    }

    SortedMap<ServiceId, Long> policies() {
        return policies;
    }

    /** Why the last answer was no; empty if it was yes. */
    String problem() {
        return problem;
    }
}

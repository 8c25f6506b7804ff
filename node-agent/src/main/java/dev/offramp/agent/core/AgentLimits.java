package dev.offramp.agent.core;

import dev.offramp.agent.queue.Shares;
import dev.offramp.partition.NodeId;

/**
 * Who this agent is and how much it may hold.
 *
 * @param incarnation of this process; rises with every start
 * @param servers inferences at a time
 * @param capacityJobs K: jobs in the queue, the ones in service included
 * @param capacityBytes of their activations
 * @param outboxJobs per neighbour, jobs that wait to be handed to the transport
 * @param outboxBytes per neighbour, of their activations
 * @param transferWindow per neighbour, transfers given to the adapter and not yet reported sent
 * @param offersPerLink per upstream stream, offers that wait for room
 * @param inFlightJobs frames accepted here and without an outcome yet
 * @param shares how much of the queue each priority may take
 * @param graceNanos how long after a deadline a neighbour's outcome is still waited for
 */
public record AgentLimits(
        NodeId node,
        long incarnation,
        int servers,
        int capacityJobs,
        long capacityBytes,
        Shares shares,
        int outboxJobs,
        long outboxBytes,
        int transferWindow,
        int offersPerLink,
        int inFlightJobs,
        long graceNanos) {
    public AgentLimits {
        atLeastOne("servers", servers);
        atLeastOne("capacityJobs", capacityJobs);
        atLeastOne("capacityBytes", capacityBytes);
        atLeastOne("outboxJobs", outboxJobs);
        atLeastOne("outboxBytes", outboxBytes);
        atLeastOne("transferWindow", transferWindow);
        atLeastOne("offersPerLink", offersPerLink);
        atLeastOne("inFlightJobs", inFlightJobs);
        if (graceNanos < 0) {
            throw new IllegalArgumentException("graceNanos (%d) must not be negative".formatted(graceNanos));
        }
    }

    /** The usual limits around a queue of {@code capacityJobs} jobs and {@code capacityBytes} bytes. */
    public static AgentLimits of(NodeId node, long incarnation, int servers, int capacityJobs, long capacityBytes) {
        return new AgentLimits(
                node,
                incarnation,
                servers,
                capacityJobs,
                capacityBytes,
                Shares.NONE,
                32,
                capacityBytes,
                2,
                64,
                1024,
                250_000_000L);
    }

    private static void atLeastOne(String what, long value) {
        if (value < 1) {
            throw new IllegalArgumentException("%s (%d) must be at least 1".formatted(what, value));
        }
    }
}

package dev.offramp.coordinator.control;

import dev.offramp.partition.NodeId;

/** Port to the agents. Never blocks. */
public interface Outbox {
    /** Sends, or drops if the session is over. */
    void send(long session, NodeId node, NodeCommand command);

    /** Ends the session. */
    void detach(long session, NodeId node, String why);
}

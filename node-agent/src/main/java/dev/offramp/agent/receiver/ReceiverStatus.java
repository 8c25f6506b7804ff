package dev.offramp.agent.receiver;

import dev.offramp.partition.ServiceId;
import dev.offramp.partition.feed.ReceiverId;
import java.util.Map;

/**
 * How a receiver does. Counts are totals since the start of the process or the receiver's last change. Immutable.
 *
 * @param up the last attempt to reach it went well
 * @param sent outcomes
 * @param dropped outcomes, by reason
 * @param problem the last; empty where there was none
 */
public record ReceiverStatus(
        ReceiverId id, ServiceId service, boolean up, long sent, Map<String, Long> dropped, String problem) {
    public ReceiverStatus {
        dropped = Map.copyOf(dropped);
    }
}

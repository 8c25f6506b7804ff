package dev.offramp.coordinator.control;

import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.feed.CameraId;
import dev.offramp.partition.feed.CameraLimits;
import dev.offramp.partition.feed.FeedUrl;
import dev.offramp.partition.feed.Receiver;
import dev.offramp.partition.feed.ReceiverId;
import java.util.Optional;

/** What an operator wants to be changed about cameras and receivers. */
public sealed interface FeedsChange {
    /** @param node empty: the service's only ingress */
    record AddCamera(CameraId id, ServiceId service, Optional<NodeId> node, FeedUrl source, CameraLimits limits)
            implements FeedsChange {}

    record RemoveCamera(CameraId id) implements FeedsChange {}

    record AddReceiver(Receiver receiver) implements FeedsChange {}

    record RemoveReceiver(ReceiverId id) implements FeedsChange {}
}

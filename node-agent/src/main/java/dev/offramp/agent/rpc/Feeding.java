package dev.offramp.agent.rpc;

import dev.offramp.agent.ingress.camera.CameraStatus;
import dev.offramp.agent.receiver.ReceiverStatus;
import dev.offramp.partition.feed.Feeds;
import java.util.List;

/** Port to what takes cameras' frames and tells receivers of outcomes. Thread-safe. */
public interface Feeding {
    /** These and no others from now on. */
    void apply(Feeds feeds);

    List<CameraStatus> cameras();

    List<ReceiverStatus> receivers();
}

package dev.offramp.agent.ingress;

import dev.offramp.agent.core.AgentEffect;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.feed.CameraId;
import dev.offramp.partition.job.JobId;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;

/** Where frames go. Thread-safe; the watcher is called on any thread and must not block. */
public interface FrameIntake {
    /** The service as placed now, if this node is an ingress of it. */
    Optional<Service> service(ServiceId id);

    /**
     * Hands a frame's tensor over, which then belongs to the intake.
     *
     * @param truth index of the frame's true class, if it is known
     * @param priority most that its job may have; never more than the service's
     * @throws RefusalException if the node takes no frames now; the watcher then hears nothing
     */
    void offer(ServiceId service, ByteBuffer tensor, OptionalInt truth, int priority, Watcher watcher)
            throws RefusalException;

    /** Hears of one frame: either refused, or accepted and then done. */
    interface Watcher {
        void refused(RefusalException refusal);

        void accepted(JobId job);

        void done(AgentEffect.Answer answer);

        /** The camera that the frame came from, if it came from one that is configured. */
        default Optional<CameraId> camera() {
            return Optional.empty();
        }
    }
}

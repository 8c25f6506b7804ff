package dev.offramp.agent.ingress.camera;

import dev.offramp.partition.ServiceId;
import dev.offramp.partition.feed.CameraId;
import java.util.Map;

/**
 * How a camera does. Counts are totals since the start of the process or the camera's last change. Immutable.
 *
 * @param state waiting, connecting, listening, streaming
 * @param up a frame has come within the camera's patience
 * @param framesPerSecond that come, lately
 * @param servedPerSecond that become jobs, lately
 * @param inProgress frames that wait or are on their way to being a job or refused
 * @param skipped frames that came and became no job, by reason
 * @param problem the last; empty where there was none
 */
public record CameraStatus(
        CameraId id,
        ServiceId service,
        String state,
        boolean up,
        double framesPerSecond,
        double servedPerSecond,
        long frames,
        long served,
        long inProgress,
        Map<String, Long> skipped,
        long reconnects,
        String problem) {
    public CameraStatus {
        skipped = Map.copyOf(skipped);
    }
}

package dev.offramp.partition.feed;

import java.time.Duration;

/**
 * How much of a camera is taken. Immutable.
 *
 * @param maxFramesPerSecond frames beyond are skipped; infinite where there is no cap
 * @param patience longest silence between frames before the connection is given up
 * @param inFlight most frames of it without an outcome; of those that come meanwhile the newest waits
 */
public record CameraLimits(double maxFramesPerSecond, Duration patience, int inFlight) {
    public static final Duration USUAL_PATIENCE = Duration.ofSeconds(10);
    public static final int USUAL_IN_FLIGHT = 4;

    private static final int MAX_IN_FLIGHT = 64;
    private static final Duration MIN_PATIENCE = Duration.ofMillis(100);
    private static final Duration MAX_PATIENCE = Duration.ofDays(1);

    public CameraLimits {
        if (!(maxFramesPerSecond > 0)) {
            throw new IllegalArgumentException(
                    "a camera of at most %s frames/s: expected more than 0".formatted(maxFramesPerSecond));
        }
        if (patience.compareTo(MIN_PATIENCE) < 0 || patience.compareTo(MAX_PATIENCE) > 0) {
            throw new IllegalArgumentException(
                    "patience of %d ms with a camera: expected 100ms to 24h".formatted(patience.toMillis()));
        }
        if (inFlight < 1 || inFlight > MAX_IN_FLIGHT) {
            throw new IllegalArgumentException(
                    "%d frames in flight of one camera: expected 1 to %d".formatted(inFlight, MAX_IN_FLIGHT));
        }
    }

    public static CameraLimits usual() {
        return new CameraLimits(Double.POSITIVE_INFINITY, USUAL_PATIENCE, USUAL_IN_FLIGHT);
    }
}

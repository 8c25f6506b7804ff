package dev.offramp.agent.ingress.camera;

import java.util.Map;
import java.util.TreeMap;

/** What came of one camera. Confined to its owner's lock. */
final class CameraCounts {
    /** A newer frame came while it waited. */
    static final String NEWER = "newer";

    /** The camera was removed. */
    static final String GONE = "gone";

    /** The camera's cap. */
    static final String RATE = "rate";

    private final RateMeter coming;
    private final RateMeter becoming;
    private final Map<String, Long> skipped = new TreeMap<>();
    private long frames;
    private long served;

    CameraCounts(long nowNanos) {
        coming = new RateMeter(nowNanos);
        becoming = new RateMeter(nowNanos);
    }

    void came(long nowNanos) {
        frames++;
        coming.record(nowNanos);
    }

    void served(long nowNanos) {
        served++;
        becoming.record(nowNanos);
    }

    void skipped(String reason) {
        skipped.merge(reason, 1L, Long::sum);
    }

    long frames() {
        return frames;
    }

    long served() {
        return served;
    }

    Map<String, Long> skipped() {
        return skipped;
    }

    double framesPerSecond(long nowNanos) {
        return coming.perSecond(nowNanos);
    }

    double servedPerSecond(long nowNanos) {
        return becoming.perSecond(nowNanos);
    }
}

package dev.offramp.proto.access;

/** What may be done at a rate, and some of it at once after a pause. Confined. */
public final class TokenBucket {
    private static final double NANOS_PER_SECOND = 1e9;

    private final double perSecond;
    private final double capacity;
    private double tokens;
    private long filledNanos;

    /**
     * Full.
     *
     * @param capacity most tokens that it holds
     */
    public TokenBucket(double perSecond, double capacity, long nowNanos) {
        this.perSecond = perSecond;
        this.capacity = capacity;
        this.tokens = capacity;
        this.filledNanos = nowNanos;
    }

    /** Whether there was a token, which then is taken. */
    public boolean take(long nowNanos) {
        if (!holdsOne(nowNanos)) {
            return false;
        }
        tokens--;
        return true;
    }

    boolean holdsOne(long nowNanos) {
        tokens = Math.min(capacity, tokens + (nowNanos - filledNanos) / NANOS_PER_SECOND * perSecond);
        filledNanos = nowNanos;
        return tokens >= 1;
    }

    /** One that was taken counts as not taken. */
    void giveBack() {
        tokens = Math.min(capacity, tokens + 1);
    }
}

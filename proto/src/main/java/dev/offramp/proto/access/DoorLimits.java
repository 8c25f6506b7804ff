package dev.offramp.proto.access;

/**
 * What strangers may cost a process: attempts to connect that end without a member's proof. One number, of which the
 * others are multiples. Immutable.
 *
 * @param attemptsPerSecond by all addresses from which no member is connected; half of it by one of them
 */
public record DoorLimits(double attemptsPerSecond) {
    /** Unless told otherwise: a board computes milliseconds for a handshake, tens of them for its first ones. */
    public static final String USUAL = "4";

    private static final double LEAST = 0.1;
    private static final double MOST = 10_000;

    /** After a pause so many seconds' worth may come at once. */
    private static final double BURST_SECONDS = 4;

    /** An address from which a member is connected may fail so many times as often: others may share it. */
    private static final double MEMBERS_SHARE = 2;

    /** So many seconds' worth may come at once from there: as many as may stand without a proof. */
    private static final double MEMBERS_BURST_SECONDS = 8;

    public DoorLimits {
        if (!(attemptsPerSecond >= LEAST && attemptsPerSecond <= MOST)) {
            throw new IllegalArgumentException("strangers' attempts (%s a second): expected from %s to %s"
                    .formatted(attemptsPerSecond, LEAST, MOST));
        }
    }

    private double perAddress() {
        return attemptsPerSecond / 2;
    }

    TokenBucket ofStrangers(long nowNanos) {
        return bucket(attemptsPerSecond, BURST_SECONDS, nowNanos);
    }

    TokenBucket ofOneAddress(long nowNanos) {
        return bucket(perAddress(), BURST_SECONDS, nowNanos);
    }

    TokenBucket ofMembersAddress(long nowNanos) {
        return bucket(perAddress() * MEMBERS_SHARE, MEMBERS_BURST_SECONDS, nowNanos);
    }

    private static TokenBucket bucket(double perSecond, double burstSeconds, long nowNanos) {
        return new TokenBucket(perSecond, Math.max(1, perSecond * burstSeconds), nowNanos);
    }

    /** Connections that may stand without a proof, from one address; four times as many from all without members. */
    int unprovedPerAddress() {
        return (int) Math.max(2, Math.ceil(perAddress() * BURST_SECONDS));
    }

    int unproved() {
        return 4 * unprovedPerAddress();
    }
}

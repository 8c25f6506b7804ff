package dev.offramp.agent.forward;

import dev.offramp.partition.ActivationCodec;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides how the activations of one edge travel to one neighbour. Where a service leaves a choice, codecs are tried out on
 * activations that pass anyway, for at most a twentieth of a thread's time; and of the transfers that measure the link, some
 * go as they are: small ones tell little of a fast link, and the loop would feed on its own error. Those take at most
 * {@value #MEASURING_SHARE} of the link's time. Pure; confined to its owner's lock or thread.
 */
public final class EdgeCodec {
    private static final double MEASURING_SHARE = 0.03;
    /** Time between trials, over what the last one took. */
    private static final long TRIAL_PAUSE = 20;

    private static final long TRIAL_PERIOD_NANOS = 50_000_000;
    /** Once every codec was tried often enough. */
    private static final long LATER_TRIAL_PERIOD_NANOS = 2_000_000_000;

    private static final double NANOS_PER_SECOND = 1e9;

    /** Weight of the newest service time in the mean. */
    private static final double NEWEST = 0.1;

    /**
     * What is to be done with an activation.
     *
     * @param measured whether the link may be measured with its transfer
     * @param trial codec to try out on it, beside
     */
    public record Plan(ActivationCodec codec, boolean measured, Optional<ActivationCodec> trial) {}

    /** What has travelled in one codec. */
    public record Carried(long transfers, long activationBytes, long wireBytes) {
        public static final Carried NOTHING = new Carried(0, 0, 0);

        public Carried plus(Carried other) {
            return new Carried(
                    transfers + other.transfers, activationBytes + other.activationBytes, wireBytes + other.wireBytes);
        }
    }

    private final boolean sharedCore;
    private final CodecCosts costs = new CodecCosts();
    private final Map<ActivationCodec, Carried> carried = new EnumMap<>(ActivationCodec.class);
    private ActivationCodec current = ActivationCodec.FP32;
    private double serviceNanos;
    private boolean planned;
    private boolean trying;
    private boolean tried;
    private long nextTrialNanos;
    private boolean measuredAsItIs;
    private long nextAsItIsNanos;

    /** @param sharedCore whether encoding takes its time from the server */
    EdgeCodec(boolean sharedCore) {
        this.sharedCore = sharedCore;
    }

    /**
     * For the next activation of this edge.
     *
     * @param codecs that the service allows, this node can encode and the neighbour decode; none: as it is
     * @param link empty before its first measurement
     * @param measurable whether the link is to be measured again
     */
    Plan plan(
            Set<ActivationCodec> codecs,
            long activationBytes,
            long computeNanos,
            Optional<LinkSpeed> link,
            boolean measurable,
            long nowNanos) {
        serviceNanos = planned ? serviceNanos + NEWEST * (computeNanos - serviceNanos) : computeNanos;
        if (codecs.size() <= 1) {
            planned = true;
            current = codecs.stream().findFirst().orElse(ActivationCodec.FP32);
            return new Plan(current, measurable, Optional.empty());
        }
        if (!planned || !codecs.contains(current)) {
            planned = true;
            current = codecs.iterator().next();
        }
        Optional<ActivationCodec> trial = Optional.empty();
        if (link.isPresent()) {
            CodecRule.Hop hop = new CodecRule.Hop(link.get(), serviceNanos, sharedCore);
            current = CodecRule.choose(current, known(codecs, activationBytes), hop);
            trial = CodecRule.couldGain(activationBytes, hop) ? trial(codecs, nowNanos) : Optional.empty();
        }
        if (current == ActivationCodec.FP32 || !codecs.contains(ActivationCodec.FP32)) {
            return new Plan(current, measurable, trial);
        }
        boolean asItIs = measurable && affordsAsItIs(activationBytes, link, nowNanos);
        return new Plan(asItIs ? ActivationCodec.FP32 : current, asItIs, trial);
    }

    private Map<ActivationCodec, CodecCosts.Cost> known(Set<ActivationCodec> codecs, long activationBytes) {
        Map<ActivationCodec, CodecCosts.Cost> known = new EnumMap<>(ActivationCodec.class);
        for (ActivationCodec codec : codecs) {
            if (codec == ActivationCodec.FP32) {
                known.put(codec, new CodecCosts.Cost(activationBytes, 0, 0));
            } else {
                costs.of(codec).ifPresent(cost -> known.put(codec, cost));
            }
        }
        return known;
    }

    private boolean affordsAsItIs(long activationBytes, Optional<LinkSpeed> link, long nowNanos) {
        if (measuredAsItIs && nowNanos - nextAsItIsNanos < 0) {
            return false;
        }
        measuredAsItIs = true;
        double nanos = link.map(speed -> activationBytes * NANOS_PER_SECOND / speed.bytesPerSecond())
                .orElse(0.0);
        nextAsItIsNanos = nowNanos + (long) (nanos / MEASURING_SHARE);
        return true;
    }

    /** One at a time. */
    private Optional<ActivationCodec> trial(Set<ActivationCodec> codecs, long nowNanos) {
        if (trying || (tried && nowNanos - nextTrialNanos < 0)) {
            return Optional.empty();
        }
        tried = true;
        EnumSet<ActivationCodec> encoding = EnumSet.copyOf(codecs);
        encoding.remove(ActivationCodec.FP32);
        Optional<ActivationCodec> next = costs.leastTried(encoding);
        trying = next.isPresent();
        nextTrialNanos = nowNanos + (costs.areKnown(encoding) ? LATER_TRIAL_PERIOD_NANOS : TRIAL_PERIOD_NANOS);
        return next;
    }

    /** A trial has ended. */
    void tried(ActivationCodec codec, long wireBytes, long encodeNanos, long decodeNanos, long nowNanos) {
        costs.tried(codec, wireBytes, encodeNanos, decodeNanos);
        trying = false;
        nextTrialNanos = Math.max(nextTrialNanos, nowNanos + TRIAL_PAUSE * (encodeNanos + decodeNanos));
    }

    /** An activation was encoded as planned. */
    void encoded(ActivationCodec codec, long wireBytes, long encodeNanos) {
        costs.encoded(codec, wireBytes, encodeNanos);
    }

    /** The neighbour took so long to decode one. */
    void decodedThere(ActivationCodec codec, long nanos) {
        costs.decodedThere(codec, nanos);
    }

    /** An activation goes out. */
    void sent(ActivationCodec codec, long activationBytes, long wireBytes) {
        carried.put(
                codec, carried.getOrDefault(codec, Carried.NOTHING).plus(new Carried(1, activationBytes, wireBytes)));
    }

    /** In use. */
    ActivationCodec current() {
        return current;
    }

    Map<ActivationCodec, Carried> carried() {
        return Collections.unmodifiableMap(new EnumMap<>(carried));
    }
}

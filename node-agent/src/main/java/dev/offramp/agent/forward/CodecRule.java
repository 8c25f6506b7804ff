package dev.offramp.agent.forward;

import dev.offramp.partition.ActivationCodec;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/**
 * Which codec an edge is best served with. Two figures count: the time from one job to the next, which is that of the
 * slowest stage (the partition, the encoder, the link, the decoder), and then a job's time over the hop, which is their sum.
 * Among the codecs whose figures are close to the best, the most exact is taken, and of two as exact the one that is not
 * compressed; the one in use may be further from the best than another that would replace it, so that noise changes nothing.
 * Pure.
 */
final class CodecRule {
    /** A codec replaces another only if its figures are at most so much above the best. */
    private static final double CLOSE = 1.1;
    /** It is left when one of them is more than so much above. */
    private static final double STILL_CLOSE = 1.2;

    private static final double NANOS_PER_SECOND = 1e9;

    private CodecRule() {}

    /**
     * What besides the codec counts.
     *
     * @param serviceNanos of the partition before the edge
     * @param sharedCore whether the encoder takes its time from the partition
     */
    record Hop(LinkSpeed link, double serviceNanos, boolean sharedCore) {
        double linkNanos(double bytes) {
            return bytes * NANOS_PER_SECOND / link.bytesPerSecond();
        }

        /** From one job to the next. */
        double periodNanos(CodecCosts.Cost cost) {
            double server = sharedCore ? serviceNanos + cost.encodeNanos() : Math.max(serviceNanos, cost.encodeNanos());
            return Math.max(Math.max(server, cost.decodeNanos()), linkNanos(cost.wireBytes()));
        }

        /**
         * Of one job, from the beginning of its service to its arrival behind the link. The link's delay is not in it: no
         * codec changes it, and on a busy link it is mostly other jobs' bytes.
         */
        double passageNanos(CodecCosts.Cost cost) {
            return serviceNanos + cost.encodeNanos() + linkNanos(cost.wireBytes()) + cost.decodeNanos();
        }
    }

    /**
     * The codec from now on.
     *
     * @param current in use
     * @param costs of the codecs that may be used and are known
     */
    static ActivationCodec choose(ActivationCodec current, Map<ActivationCodec, CodecCosts.Cost> costs, Hop hop) {
        double bestPeriod =
                costs.values().stream().mapToDouble(hop::periodNanos).min().orElse(0);
        double bestPassage = costs.values().stream()
                .filter(cost -> hop.periodNanos(cost) <= CLOSE * bestPeriod)
                .mapToDouble(hop::passageNanos)
                .min()
                .orElse(0);
        Optional<ActivationCodec> first = costs.entrySet().stream()
                .filter(entry -> isNear(entry.getValue(), hop, CLOSE, bestPeriod, bestPassage))
                .map(Map.Entry::getKey)
                .min(Comparator.naturalOrder());
        CodecCosts.Cost own = costs.get(current);
        boolean stays = own != null
                && isNear(own, hop, STILL_CLOSE, bestPeriod, bestPassage)
                && first.stream().noneMatch(other -> other.compareTo(current) < 0);
        return stays ? current : first.orElse(current);
    }

    /** Whether any codec could replace the one that leaves an activation as it is. */
    static boolean couldGain(long activationBytes, Hop hop) {
        double asItIs = hop.passageNanos(new CodecCosts.Cost(activationBytes, 0, 0));
        return asItIs > CLOSE * hop.passageNanos(new CodecCosts.Cost(0, 0, 0));
    }

    private static boolean isNear(CodecCosts.Cost cost, Hop hop, double factor, double period, double passage) {
        return hop.periodNanos(cost) <= factor * period && hop.passageNanos(cost) <= factor * passage;
    }
}

package dev.offramp.agent.forward;

import dev.offramp.partition.ActivationCodec;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What codecs were lately measured to cost on one edge: medians over the last {@value #SAMPLES} samples, since a thread that
 * had to wait looks slow. Confined to its owner's lock or thread.
 */
final class CodecCosts {
    private static final int SAMPLES = 5;

    /**
     * Of one activation.
     *
     * @param wireBytes that travel
     * @param encodeNanos here
     * @param decodeNanos at the neighbour, as far as it has told, else here
     */
    record Cost(double wireBytes, double encodeNanos, double decodeNanos) {}

    private static final class Recent {
        private final double[] values = new double[SAMPLES];
        private long count;

        void add(double value) {
            values[(int) (count++ % SAMPLES)] = value;
        }

        double median() {
            double[] sorted = Arrays.copyOf(values, (int) Math.min(count, SAMPLES));
            Arrays.sort(sorted);
            return sorted[sorted.length / 2];
        }
    }

    private static final class Samples {
        private final Recent wireBytes = new Recent();
        private final Recent encodeNanos = new Recent();
        private final Recent decodeNanos = new Recent();
        private final Recent decodeNanosThere = new Recent();
        private long tried;
    }

    private final Map<ActivationCodec, Samples> samples = new EnumMap<>(ActivationCodec.class);

    /** An activation was encoded, to be sent. */
    void encoded(ActivationCodec codec, long wireBytes, long encodeNanos) {
        Samples known = samples(codec);
        known.wireBytes.add((double) wireBytes);
        known.encodeNanos.add((double) encodeNanos);
    }

    /** An activation was encoded and decoded here, to see what that costs. */
    void tried(ActivationCodec codec, long wireBytes, long encodeNanos, long decodeNanos) {
        encoded(codec, wireBytes, encodeNanos);
        Samples known = samples(codec);
        known.decodeNanos.add((double) decodeNanos);
        known.tried++;
    }

    /** The neighbour took so long to decode one. */
    void decodedThere(ActivationCodec codec, long nanos) {
        samples(codec).decodeNanosThere.add((double) nanos);
    }

    private Samples samples(ActivationCodec codec) {
        return samples.computeIfAbsent(codec, one -> new Samples());
    }

    /** Empty before the first trial. */
    Optional<Cost> of(ActivationCodec codec) {
        Samples known = samples.get(codec);
        if (known == null || known.tried == 0) {
            return Optional.empty();
        }
        Recent decode = known.decodeNanosThere.count > 0 ? known.decodeNanosThere : known.decodeNanos;
        return Optional.of(new Cost(known.wireBytes.median(), known.encodeNanos.median(), decode.median()));
    }

    /** Of these, the one that was tried least; empty if there are none. */
    Optional<ActivationCodec> leastTried(Set<ActivationCodec> codecs) {
        return codecs.stream().min((one, other) -> Long.compare(trials(one), trials(other)));
    }

    /** Whether every one of these was tried as often as a median needs. */
    boolean areKnown(Set<ActivationCodec> codecs) {
        return codecs.stream().allMatch(codec -> trials(codec) >= SAMPLES);
    }

    private long trials(ActivationCodec codec) {
        Samples known = samples.get(codec);
        return known == null ? 0 : known.tried;
    }
}

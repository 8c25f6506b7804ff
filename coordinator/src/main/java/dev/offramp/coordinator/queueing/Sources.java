package dev.offramp.coordinator.queueing;

/**
 * The arrivals of one station as independent streams, each of one flow or, seen jointly, of all flows that come from one
 * station. A stream seen at an arbitrary moment has its next arrival later than t with probability
 *
 * <pre>Ē(t) = 1 − Σ_i λ_i ∫₀ᵗ P(interval before an arrival of flow i &gt; u) du</pre>
 *
 * over its flows i: the inversion formula of stationary point processes. Confined to a thread; reused.
 */
final class Sources {
    private final HopTable table;
    private Intervals intervals;
    private int[] hops = new int[0];
    private int[] leader = new int[8];
    private double[] scale = new double[8];
    private double[] sameSums = new double[8];

    Sources(HopTable table) {
        this.table = table;
        this.intervals = table.own;
    }

    /** Looks at the streams of a station. */
    void look(int[] hops, boolean jointly) {
        this.hops = hops;
        intervals = jointly ? table.joint : table.own;
        int count = hops.length;
        if (leader.length < count) {
            leader = new int[count];
            scale = new double[count];
            sameSums = new double[count];
        }
        for (int i = 0; i < count; i++) {
            leader[i] = i;
            for (int j = 0; j < i && jointly; j++) {
                if (table.jointSource[hops[i]] != HopTable.NONE && table.sameSource(hops[i], hops[j])) {
                    leader[i] = j;
                    break;
                }
            }
            sameSums[i] = 0;
        }
        for (int i = 0; i < count; i++) {
            sameSums[leader[i]] += rate(i) * intervals.mean(hops[i]);
        }
        for (int i = 0; i < count; i++) {
            // Rates lag behind intervals while the fixed point is under way.
            scale[i] = sameSums[leader[i]] > 0 ? 1 / sameSums[leader[i]] : 1;
        }
    }

    int count() {
        return hops.length;
    }

    int hop(int i) {
        return hops[i];
    }

    Intervals intervals() {
        return intervals;
    }

    double rate(int i) {
        return table.rate[hops[i]];
    }

    /** What λ_i is multiplied by so that a stream's intervals fill all time. */
    double scale(int i) {
        return scale[i];
    }

    /** The first flow of the stream that flow i belongs to. */
    int leader(int i) {
        return leader[i];
    }

    /** Ē(t) of the stream led by a flow. */
    double quiet(int stream, double t) {
        double quiet = 1;
        for (int i = stream; i < hops.length; i++) {
            if (leader[i] == stream) {
                quiet -= rate(i) * scale[i] * intervals.survivalUpTo(hops[i], t);
            }
        }
        return Math.max(0, quiet);
    }
}

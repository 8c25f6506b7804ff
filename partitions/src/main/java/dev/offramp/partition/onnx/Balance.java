package dev.offramp.partition.onnx;

import dev.offramp.partition.Cut;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Chooses cuts so that the most expensive partition is as cheap as can be, by dynamic programming over (partitions,
 * last cut); among equals, the fewest bytes crossing.
 */
final class Balance {
    private record Best(long largest, long crossing, int previous) {
        boolean beats(Best other) {
            return largest < other.largest || (largest == other.largest && crossing < other.crossing);
        }
    }

    private static final Best IMPOSSIBLE = new Best(Long.MAX_VALUE, Long.MAX_VALUE, -1);

    private final List<Cut> candidates;
    /** Cost of everything before candidate i; the last entry is the cost of all. */
    private final long[] before;

    Balance(OnnxNetwork network, List<Cut> candidates) {
        this.candidates = candidates;
        this.before = new long[candidates.size() + 1];
        long cost = 0;
        int next = 0;
        for (int position = 0; position < network.order().size(); position++) {
            while (next < candidates.size() && candidates.get(next).position() <= position) {
                before[next++] = cost;
            }
            cost += Costs.balance(network.order().get(position), network.shapes());
        }
        Arrays.fill(before, next, before.length, cost);
    }

    List<Cut> choose(int parts) {
        int end = candidates.size();
        Best[][] best = new Best[parts][end + 1];
        for (int i = 0; i <= end; i++) {
            best[0][i] = new Best(before[i], crossing(i), -1);
        }
        for (int part = 1; part < parts; part++) {
            Arrays.fill(best[part], IMPOSSIBLE);
            for (int i = part; i <= end; i++) {
                for (int j = part - 1; j < i; j++) {
                    Best so = best[part - 1][j];
                    if (so.largest() == Long.MAX_VALUE) {
                        continue;
                    }
                    Best found =
                            new Best(Math.max(so.largest(), before[i] - before[j]), so.crossing() + crossing(i), j);
                    if (found.beats(best[part][i])) {
                        best[part][i] = found;
                    }
                }
            }
        }
        List<Cut> chosen = new ArrayList<>();
        int at = end;
        for (int part = parts - 1; part > 0; part--) {
            at = best[part][at].previous();
            chosen.add(candidates.get(at));
        }
        Collections.reverse(chosen);
        return chosen;
    }

    private long crossing(int candidate) {
        return candidate == candidates.size()
                ? 0
                : candidates.get(candidate).tensor().bytes();
    }
}

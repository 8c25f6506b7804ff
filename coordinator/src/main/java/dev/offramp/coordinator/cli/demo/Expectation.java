package dev.offramp.coordinator.cli.demo;

import dev.offramp.partition.policy.Thresholds;
import dev.offramp.partition.profile.ExitMix;
import dev.offramp.partition.profile.ExitProfile;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The accuracy that the model's exit profile lets expect of the frames that were completed: per policy version, Σ over
 * exits of the realised share × accuracy(exit | thresholds). Losses hit deep frames harder than shallow ones, so the
 * realised shares are taken and not the profile's. Immutable.
 */
final class Expectation {
    private final ExitProfile profile;
    private final NavigableMap<Long, Thresholds> thresholds;

    /**
     * @param thresholds by policy version, of those the demo has set; what the coordinator makes of them when nodes come
     *     and go has later versions and the same thresholds
     */
    Expectation(ExitProfile profile, Map<Long, Thresholds> thresholds) {
        this.profile = profile;
        this.thresholds = new TreeMap<>(thresholds);
    }

    /** Of all groups whose thresholds are known; empty if none of their frames was completed. */
    OptionalDouble accuracy(Map<Fate.Orders, GroupTotals> groups) {
        double right = 0;
        long completed = 0;
        for (Map.Entry<Fate.Orders, GroupTotals> group : groups.entrySet()) {
            Thresholds used = under(group.getKey());
            ExitMix mix = group.getValue().exits();
            if (used != null) {
                right += mix.completed() * profile.expectedAccuracy(used, mix);
                completed += mix.completed();
            }
        }
        return completed == 0 ? OptionalDouble.empty() : OptionalDouble.of(right / completed);
    }

    private @Nullable Thresholds under(Fate.Orders orders) {
        Map.Entry<Long, Thresholds> newest = thresholds.floorEntry(orders.policyVersion());
        return newest == null ? null : newest.getValue();
    }

    /** The same for the frames that left at {@code exit} (from 1). */
    OptionalDouble accuracy(Map<Fate.Orders, GroupTotals> groups, int exit) {
        double right = 0;
        long completed = 0;
        for (Map.Entry<Fate.Orders, GroupTotals> group : groups.entrySet()) {
            Thresholds used = under(group.getKey());
            long here = group.getValue().exits().completed(exit);
            if (used != null && here > 0) {
                right += here * profile.replay(used).accuracy(exit).orElse(profile.accuracy(exit));
                completed += here;
            }
        }
        return completed == 0 ? OptionalDouble.empty() : OptionalDouble.of(right / completed);
    }
}

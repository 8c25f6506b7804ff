package dev.offramp.coordinator.scheduling;

import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import java.util.Map;

/** One threshold at every exit, whatever the load: BranchyNet (Teerapittayanon et al., ICPR 2016, 10.1109/ICPR.2016.7900006). */
public final class Fixed implements Scheduler {
    private final float threshold;

    /** @param threshold 0 … 2, see {@link dev.offramp.partition.policy.Thresholds} */
    public Fixed(float threshold) {
        this.threshold = threshold;
    }

    @Override
    public Map<ServiceId, Orders> schedule(Situation situation) {
        return EvenShares.orders(situation.deployment(), exits -> Vectors.uniform(exits, threshold));
    }
}

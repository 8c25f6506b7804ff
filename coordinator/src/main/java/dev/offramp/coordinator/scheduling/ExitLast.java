package dev.offramp.coordinator.scheduling;

import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Thresholds;
import java.util.Map;

/** Every job runs to the final exit: the network without early exits. */
public final class ExitLast implements Scheduler {

    @Override
    public Map<ServiceId, Orders> schedule(Situation situation) {
        return EvenShares.orders(situation.deployment(), Thresholds::closed);
    }
}

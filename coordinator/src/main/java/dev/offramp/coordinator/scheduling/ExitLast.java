package dev.offramp.coordinator.scheduling;

import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import java.util.Map;

/** Every job runs to the final exit: the network without early exits. */
public final class ExitLast implements Scheduler {
    @Override
    public String name() {
        return "exit-last";
    }

    @Override
    public Map<ServiceId, Orders> schedule(Situation situation) {
        return EvenShares.orders(situation.deployment(), Vectors::closed);
    }
}

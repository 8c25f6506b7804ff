package dev.offramp.coordinator.control.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.partition.Service;
import dev.offramp.partition.policy.Orders;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServicePilotTest {
    @Test
    void whoIsAskedAboutAlongWithAnotherServiceWaitsForItsOwnReview() {
        VirtualRoad road = new VirtualRoad(1);
        road.choose("ceen");
        Service service = road.services().getFirst();
        Orders orders = Orders.of(road.policy);
        ServicePilot pilot = new ServicePilot(VirtualRoad.SERVICE);
        pilot.look(service, road);
        pilot.ask(service, orders, orders, 0, Optional.of(Trigger.REVIEW));

        pilot.ask(service, orders, orders, 0, Optional.empty());
        for (int window = 1; window < ServicePilot.REVIEW_WINDOWS; window++) {
            pilot.count(Window.empty(), false, true);
            assertThat(pilot.trigger(false)).as("window %d", window).isEmpty();
        }

        pilot.count(Window.empty(), false, true);
        assertThat(pilot.trigger(false)).contains(Trigger.REVIEW);
    }
}

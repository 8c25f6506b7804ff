package dev.offramp.coordinator.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.partition.policy.Orders;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ReactiveTest {
    private final Reactive reactive = new Reactive();

    private Orders decide(int exits, int jobs) {
        Deployment deployment = Cases.gateway(Cases.profile(50, exits, 1), 8);
        Situation calm = Situation.initial(deployment, Cases.workload(deployment, 1));
        return Objects.requireNonNull(reactive.schedule(
                        new Situation(deployment, calm.workload(), calm.inForce(), Map.of(Cases.node(0), jobs)))
                .get(deployment.services().getFirst().id()));
    }

    @Test
    void theExitItLeftOffAtMayBeGoneWithAnotherPlacement() {
        decide(5, 0);

        assertThat(decide(3, 3).alternatives().getFirst().thresholds()).isEqualTo(Vectors.single(3, 3));
    }
}

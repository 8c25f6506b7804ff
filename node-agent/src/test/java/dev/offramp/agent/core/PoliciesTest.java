package dev.offramp.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.Service;
import dev.offramp.partition.policy.ChainMix;
import dev.offramp.partition.policy.Policy;
import dev.offramp.partition.policy.Thresholds;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PoliciesTest {
    private final Service before = Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1"));
    private final Service after =
            Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1"), Fixtures.chain("b", "pi-2"));
    private final Policies policies = new Policies();

    @Test
    void aPolicyThatFitsIsInUseAtOnce() {
        assertThat(take(1, "a")).isEmpty();
        assertThat(version(before)).contains(1L);
        assertThat(take(2, "a")).isEmpty();
        assertThat(version(before)).contains(2L);
    }

    @Test
    void aPolicyForThePlacementToComeWaitsForIt() {
        take(1, "a");
        take(2, "a", "b");
        assertThat(version(before)).contains(1L);
        assertThat(policies.versions()).containsEntry(Fixtures.SERVICE, 2L);
        assertThat(version(after)).contains(2L);
    }

    @Test
    void theVersionInUseNeverGoesBack() {
        take(1, "a");
        take(2, "a", "b");
        assertThat(version(after)).contains(2L);
        assertThat(version(before)).contains(2L);
        assertThat(take(1, "a")).contains("older than version 2");
        assertThat(version(before)).contains(2L);
    }

    @Test
    void aVersionIsTakenAgainOnlyWithTheSameContent() {
        take(1, "a");
        assertThat(take(1, "a")).isEmpty();
        assertThat(take(1, "b")).contains("other content");
    }

    @Test
    void aPolicyThatWasNeverAskedForIsNotForgottenForOneThatWaits() {
        take(1, "a");
        take(2, "a");
        take(3, "a", "b");
        assertThat(version(before)).contains(2L);
    }

    private String take(long version, String... chains) {
        Map<ChainId, Double> mix = new HashMap<>();
        Map<ChainId, Thresholds> thresholds = new HashMap<>();
        for (String chain : chains) {
            ChainId id = new ChainId(Fixtures.SERVICE, chain);
            mix.put(id, 1.0 / chains.length);
            thresholds.put(id, Thresholds.uniform(2, 0.5f));
        }
        return policies.take(Policy.of(Fixtures.SERVICE, version, ChainMix.of(mix), thresholds), Optional.of(before));
    }

    private Optional<Long> version(Service active) {
        return policies.inUse(active).map(Policy::version);
    }
}

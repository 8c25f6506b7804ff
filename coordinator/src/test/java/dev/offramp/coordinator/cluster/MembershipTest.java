package dev.offramp.coordinator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.coordinator.Samples;
import dev.offramp.partition.NodeId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MembershipTest {
    private static final NodeId NODE = new NodeId("n1");
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @Test
    void nodeIsDownAfterThreeMissedHeartbeats() {
        Membership membership = new Membership(List.of(), 0);
        membership.register(Samples.node("n1", 1), 0);
        membership.heard(NODE, SECOND);

        assertThat(membership.tick(4 * SECOND)).isFalse();
        assertThat(membership.isUp(NODE)).isTrue();
        assertThat(membership.tick(4 * SECOND + 1)).isTrue();
        assertThat(membership.stateOf(NODE)).isEqualTo(NodeState.DOWN);
        assertThat(membership.tick(5 * SECOND)).as("told once").isFalse();
    }

    @Test
    void nodeIsUpAgainWhenItReports() {
        Membership membership = new Membership(List.of(), 0);
        membership.register(Samples.node("n1", 1), 0);
        membership.tick(10 * SECOND);

        membership.heard(NODE, 11 * SECOND);

        assertThat(membership.isUp(NODE)).isTrue();
    }

    @Test
    void nodeKnownFromBeforeIsAwaitedBeforeItIsDown() {
        Membership membership = new Membership(List.of(Samples.node("n1", 1)), 0);

        membership.tick(Membership.RETURN_PATIENCE.toNanos());
        assertThat(membership.stateOf(NODE)).isEqualTo(NodeState.AWAITED);
        membership.tick(Membership.RETURN_PATIENCE.toNanos() + 1);
        assertThat(membership.stateOf(NODE)).isEqualTo(NodeState.DOWN);
    }

    @Test
    void unknownNodeIsDownAndItsReportsAreIgnored() {
        Membership membership = new Membership(List.of(), 0);

        membership.heard(NODE, 1);

        assertThat(membership.stateOf(NODE)).isEqualTo(NodeState.DOWN);
        assertThat(membership.members()).isEmpty();
    }
}

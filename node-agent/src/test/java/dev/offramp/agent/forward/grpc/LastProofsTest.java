package dev.offramp.agent.forward.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.partition.NodeId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LastProofsTest {
    private static final NodeId LEFT = new NodeId("left");
    private static final NodeId RIGHT = new NodeId("right");
    private static final Duration LONGEST = Duration.ofSeconds(3);

    private final LastProofs proofs = new LastProofs();

    private static long seconds(double seconds) {
        return (long) (seconds * 1e9);
    }

    @Test
    void whoShowsNoCertificateIsMissingAfterThreeRounds() {
        proofs.shown(LEFT, seconds(0.1));
        proofs.shown(RIGHT, seconds(0.1));

        for (int round = 1; round <= 3; round++) {
            assertThat(proofs.missing(LONGEST, seconds(round))).isEmpty();
            proofs.shown(RIGHT, seconds(round + 0.1));
        }
        assertThat(proofs.missing(LONGEST, seconds(4))).containsExactly(LEFT);
    }

    @Test
    void aNodeThatSleptItselfGivesItsNeighboursARoundToBeHeard() {
        proofs.shown(LEFT, seconds(0.1));
        assertThat(proofs.missing(LONGEST, seconds(1))).isEmpty();

        assertThat(proofs.missing(LONGEST, seconds(600))).isEmpty();
        proofs.shown(LEFT, seconds(600.1));
        assertThat(proofs.missing(LONGEST, seconds(601))).isEmpty();
    }

    @Test
    void thatIsNoWayToKeepSilentForLonger() {
        proofs.shown(LEFT, seconds(0.1));
        assertThat(proofs.missing(LONGEST, seconds(1))).isEmpty();
        assertThat(proofs.missing(LONGEST, seconds(600))).isEmpty();

        assertThat(proofs.missing(LONGEST, seconds(601))).containsExactly(LEFT);
    }

    @Test
    void whoHasGoneIsForgotten() {
        proofs.shown(LEFT, seconds(0));
        proofs.forget(LEFT);

        for (int round = 1; round <= 5; round++) {
            assertThat(proofs.missing(LONGEST, seconds(round))).isEmpty();
        }
    }
}

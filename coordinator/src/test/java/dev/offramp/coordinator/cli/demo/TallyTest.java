package dev.offramp.coordinator.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.time.NanoClock;
import org.junit.jupiter.api.Test;

class TallyTest {
    private static final Fate.Orders ORDERS = new Fate.Orders(2, "a");
    private static final Fate.Latency LATENCY = new Fate.Latency(30_000_000, 10_000_000, 18_000_000, 2_000_000);

    private final Tally tally = new Tally(3);

    @Test
    void everyFrameSentHasOneFate() {
        tally.skip();
        send(new Fate.Completed(ORDERS, 1, true, LATENCY));
        send(new Fate.Completed(ORDERS, 3, false, LATENCY));
        send(new Fate.Lost(ORDERS, "queue_full", "opi-1"));
        send(new Fate.Refused("busy"));
        send(new Fate.Unanswered("ConnectException"));
        tally.send();

        Tally.Totals totals = tally.totals();
        GroupTotals all = totals.all(3);
        assertThat(totals.sent()).isEqualTo(6);
        assertThat(totals.skipped()).isEqualTo(1);
        assertThat(totals.outstanding()
                        + totals.refusedFrames()
                        + totals.unansweredFrames()
                        + all.completed()
                        + all.lostJobs())
                .isEqualTo(totals.sent());
        assertThat(all.exits().completed(3)).isEqualTo(1);
        assertThat(all.exits().correct(3)).isZero();
        assertThat(all.lossRatio()).isEqualTo(1.0 / 3);
        assertThat(totals.lostAt()).containsEntry("queue_full@opi-1", 1L);
        assertThat(all.latencies().total().total()).isEqualTo(2);
    }

    @Test
    void anAnswerFromAnExitThatIsNotThereIsNoAnswer() {
        send(new Fate.Completed(ORDERS, 4, true, LATENCY));

        assertThat(tally.totals().unansweredFrames()).isEqualTo(1);
    }

    @Test
    void waitsForOutstandingFramesOnlySoLong() throws InterruptedException {
        tally.send();
        assertThat(tally.awaitNoneOutstanding(1, NanoClock.system())).isFalse();
        tally.record(new Fate.Refused("busy"));
        assertThat(tally.awaitNoneOutstanding(1, NanoClock.system())).isTrue();
    }

    private void send(Fate fate) {
        tally.send();
        tally.record(fate);
    }
}

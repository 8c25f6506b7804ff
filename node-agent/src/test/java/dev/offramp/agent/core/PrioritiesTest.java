package dev.offramp.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.core.AgentEffect.Answer;
import dev.offramp.agent.queue.Shares;
import dev.offramp.partition.Chain;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.Service;
import dev.offramp.partition.job.LossReason;
import dev.offramp.partition.job.Outcome;
import dev.offramp.partition.job.Timings;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who goes first, and who goes. */
class PrioritiesTest extends OneCore {
    private static Service important(Overflow overflow, Chain... chains) {
        Service service = Fixtures.service(overflow, chains);
        return new Service(
                service.id(),
                service.labels(),
                service.preprocessing(),
                service.scores(),
                overflow,
                service.optimisation(),
                2,
                service.deadline(),
                service.ingress(),
                service.chains(),
                service.codecs());
    }

    @Test
    void aFrameMayLowerTheServicesPriorityAndNotRaiseIt() {
        activate(important(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1")));
        frame(0);
        frame(1);
        frame(7);
        assertThat(core.snapshot().priorities())
                .extracting(CoreSnapshot.PriorityClass::priority)
                .containsExactly(0, 1, 2);
    }

    @Test
    void theLowestPriorityIsDroppedFirstWhateverTheOverflow() {
        for (Overflow overflow : Overflow.values()) {
            core = core(3);
            effects.clear();
            activate(important(overflow, Fixtures.chain("a", "pi-1")));
            frame(0);
            long low = tickets + 1;
            frame(0);
            frame(1);
            frame(2);
            assertThat(only(Answer.class).ticket()).as("%s", overflow).isEqualTo(low);
            assertThat(lossOf(only(Answer.class))).isEqualTo(LossReason.QUEUE_FULL);
            assertThat(core.snapshot().priorities().getFirst().lost()).containsEntry(LossReason.QUEUE_FULL, 1L);
            frame(0);
            assertThat(all(Answer.class).getLast().ticket()).as("%s", overflow).isEqualTo(tickets);
        }
    }

    @Test
    void greaterPrioritiesRunFirst() {
        activate(important(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1")));
        frame(0);
        frame(0);
        long high = tickets + 1;
        frame(2);
        finish(run(), SURE, SURE, 1);
        finish(run(), SURE, SURE, 1);
        assertThat(all(Answer.class).get(1).ticket()).isEqualTo(high);
    }

    @Test
    void aPriorityAtItsShareLeavesRoomToOthers() {
        core = core(3, Shares.of(Map.of(0, 2)));
        activate(important(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1")));
        frame(0);
        frame(0);
        frame(0);
        assertThat(lossOf(only(Answer.class))).isEqualTo(LossReason.QUEUE_FULL);
        frame(1);
        assertThat(all(Answer.class)).hasSize(1);
    }

    @Test
    void aJobOfGreaterPriorityThanItsServiceIsRefused() {
        activate(Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-0", "pi-1")));
        Job honest = foreignJob();
        Job job = new Job(
                honest.id(),
                honest.chain(),
                1,
                1,
                1,
                honest.thresholds(),
                1,
                honest.deadlineNanos(),
                Fixtures.BYTES,
                Timings.ZERO);
        event(new AgentEvent.JobTransferred(UPSTREAM, job, Fixtures.activation()));
        assertThat(only(AgentEffect.SendOutcome.class).outcome())
                .isEqualTo(new Outcome.Lost(LossReason.MODEL_MISMATCH, Fixtures.INGRESS));
    }
}

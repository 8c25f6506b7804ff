package dev.offramp.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.core.AgentEffect.Answer;
import dev.offramp.agent.core.AgentEffect.RunInference;
import dev.offramp.agent.core.AgentEffect.SendGrant;
import dev.offramp.agent.core.AgentEffect.SendOffer;
import dev.offramp.agent.core.AgentEffect.SendOutcome;
import dev.offramp.agent.core.AgentEffect.SendTransfer;
import dev.offramp.agent.core.AgentEffect.SendWithdraw;
import dev.offramp.agent.queue.Shares;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.job.JobId;
import dev.offramp.partition.job.LossReason;
import dev.offramp.partition.job.Outcome;
import dev.offramp.partition.job.Timings;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Jobs that go to a neighbour, or come from one. */
class NeighboursTest extends OneCore {
    @Test
    void aForwardedJobsOutcomeReachesTheFrame() {
        activate(Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1", "pi-2")));
        frame();
        finish(run(), UNSURE, Optional.of(Fixtures.activation()));
        SendTransfer transfer = only(SendTransfer.class);
        assertThat(transfer.job().hop()).isEqualTo(1);
        Outcome outcome = new Outcome.Completed(2, 1, 0.9f);
        event(new AgentEvent.TransferSent(NEXT, transfer.job().id(), 0));
        event(new AgentEvent.OutcomeArrived(NEXT, transfer.job().id(), outcome, new Timings(3, 4, 0)));
        assertThat(only(Answer.class).outcome()).isEqualTo(outcome);
        event(new AgentEvent.OutcomeArrived(NEXT, transfer.job().id(), outcome, new Timings(3, 4, 0)));
        assertThat(core.snapshot().lateOutcomes()).isEqualTo(1);
        assertThat(core.snapshot().links()).containsExactly(new CoreSnapshot.Link(NEXT, 1, 1, 0, true));
    }

    @Test
    void aNeighbourThatKeepsSilentIsGivenAGraceAfterTheDeadlineAndComesTooLate() {
        activate(Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1", "pi-2")));
        frame();
        finish(run(), UNSURE, Optional.of(Fixtures.activation()));
        JobId job = only(SendTransfer.class).job().id();
        now += 1099 * MILLI;
        event(new AgentEvent.Tick());
        assertThat(all(Answer.class)).isEmpty();
        now += MILLI;
        event(new AgentEvent.Tick());
        assertThat(lossOf(only(Answer.class))).isEqualTo(LossReason.EXPIRED);
        event(new AgentEvent.OutcomeArrived(NEXT, job, new Outcome.Completed(2, 1, 0.9f), Timings.ZERO));
        assertThat(all(Answer.class)).hasSize(1);
        assertThat(core.snapshot().lateOutcomes()).isEqualTo(1);
        assertThat(core.snapshot().links()).containsExactly(new CoreSnapshot.Link(NEXT, 1, 1, 0, true));
    }

    @Test
    void whatWaitsForTheTransportIsBoundedAndTheNewcomerIsLost() {
        activate(Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1", "pi-2")));
        for (int i = 0; i < 6; i++) {
            frame();
            finish(run(), UNSURE, Optional.of(Fixtures.activation()));
        }
        assertThat(all(SendTransfer.class)).as("window").hasSize(1);
        assertThat(all(Answer.class)).extracting(Answer::ticket).containsExactly(6L);
        assertThat(lossOf(only(Answer.class))).isEqualTo(LossReason.LINK_FULL);
        event(new AgentEvent.TransferSent(
                NEXT, all(SendTransfer.class).get(0).job().id(), 0));
        assertThat(all(SendTransfer.class)).hasSize(2);
    }

    @Test
    void theDeathOfANeighbourTakesWhatWasPendingThere() {
        activate(Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1", "pi-2")));
        frame();
        finish(run(), UNSURE, Optional.of(Fixtures.activation()));
        event(new AgentEvent.PeerDown(NEXT, LossReason.NODE_LOST));
        assertThat(only(Answer.class).outcome()).isEqualTo(new Outcome.Lost(LossReason.NODE_LOST, NEXT));
    }

    @Test
    void aBlockedJobKeepsItsRoomUntilItsBytesHaveGone() {
        core = core(1);
        activate(Fixtures.service(Overflow.BLOCK, Fixtures.chain("a", "pi-1", "pi-2")));
        frame();
        finish(run(), UNSURE, Optional.of(Fixtures.activation()));
        JobId job = only(SendOffer.class).job().id();
        assertThat(core.snapshot().queuedJobs()).isEqualTo(1);
        event(new AgentEvent.Granted(NEXT, job));
        assertThat(core.snapshot().queuedJobs()).isEqualTo(1);
        assertThat(only(SendTransfer.class).job().id()).isEqualTo(job);
        event(new AgentEvent.TransferSent(NEXT, job, 0));
        assertThat(core.snapshot().queuedJobs()).isZero();
    }

    @Test
    void anOfferThatIsRefusedIsLostWhereItWasRefused() {
        activate(Fixtures.service(Overflow.BLOCK, Fixtures.chain("a", "pi-1", "pi-2")));
        frame();
        finish(run(), UNSURE, Optional.of(Fixtures.activation()));
        Outcome.Lost refused = new Outcome.Lost(LossReason.OVERSIZE, NEXT);
        event(new AgentEvent.OutcomeArrived(NEXT, only(SendOffer.class).job().id(), refused, Timings.ZERO));
        assertThat(only(Answer.class).outcome()).isEqualTo(refused);
        assertThat(all(SendWithdraw.class)).isEmpty();
        assertThat(core.snapshot().queuedJobs()).isZero();
    }

    @Test
    void anOfferThatExpiresIsWithdrawn() {
        activate(Fixtures.service(Overflow.BLOCK, Fixtures.chain("a", "pi-1", "pi-2")));
        frame();
        finish(run(), UNSURE, Optional.of(Fixtures.activation()));
        now += 1000 * MILLI;
        event(new AgentEvent.Tick());
        assertThat(lossOf(only(Answer.class))).isEqualTo(LossReason.EXPIRED);
        assertThat(only(SendWithdraw.class).job())
                .isEqualTo(only(SendOffer.class).job().id());
    }

    @Test
    void offersWaitForRoomAndGrantsKeepIt() {
        core = core(1);
        activate(Fixtures.service(Overflow.BLOCK, Fixtures.chain("a", "pi-0", "pi-1")));
        Job first = foreignJob();
        Job second = foreignJob();
        event(new AgentEvent.JobOffered(UPSTREAM, first));
        event(new AgentEvent.JobOffered(UPSTREAM, second));
        assertThat(all(SendGrant.class)).extracting(SendGrant::job).containsExactly(first.id());
        event(new AgentEvent.JobTransferred(UPSTREAM, first, Fixtures.activation()));
        finish(run(), SURE, Optional.empty());
        assertThat(only(SendOutcome.class).job()).isEqualTo(first.id());
        assertThat(all(SendGrant.class)).extracting(SendGrant::job).containsExactly(first.id(), second.id());
        event(new AgentEvent.OfferWithdrawn(UPSTREAM, second.id()));
        assertThat(core.snapshot().queuedJobs()).isZero();
    }

    @Test
    void anOfferThatCouldNeverFitIsRefusedAtOnce() {
        core = new AgentCore(new AgentLimits(Fixtures.INGRESS, 1, 1, 3, 9, Shares.NONE, 4, 1000, 1, 4, 9, 100 * MILLI));
        activate(Fixtures.service(Overflow.BLOCK, Fixtures.chain("a", "pi-0", "pi-1")));
        event(new AgentEvent.JobOffered(UPSTREAM, foreignJob()));
        assertThat(only(SendOutcome.class).outcome())
                .isEqualTo(new Outcome.Lost(LossReason.OVERSIZE, Fixtures.INGRESS));
    }

    @Test
    void aGrantThatIsNeverUsedLapses() {
        core = core(1);
        activate(Fixtures.service(Overflow.BLOCK, Fixtures.chain("a", "pi-0", "pi-1")));
        event(new AgentEvent.JobOffered(UPSTREAM, foreignJob()));
        assertThat(core.snapshot().queuedJobs()).isEqualTo(1);
        now += 1100 * MILLI;
        event(new AgentEvent.Tick());
        assertThat(core.snapshot().queuedJobs()).isZero();
    }

    @Test
    void aDeadlineLaterThanTheServicesIsRefusedForItsRoomWouldNeverLapse() {
        activate(Fixtures.service(Overflow.BLOCK, Fixtures.chain("a", "pi-0", "pi-1")));
        now += 1;
        Job late = foreignJob();
        now -= 1;
        event(new AgentEvent.JobOffered(UPSTREAM, late));
        assertThat(only(SendOutcome.class).outcome())
                .isEqualTo(new Outcome.Lost(LossReason.MODEL_MISMATCH, Fixtures.INGRESS));
        assertThat(core.snapshot().queuedJobs()).isZero();
    }

    @Test
    void anExitThatTheChainHasNotIsNoCompletion() {
        activate(Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1", "pi-2")));
        frame();
        finish(run(), UNSURE, Optional.of(Fixtures.activation()));
        JobId job = only(SendTransfer.class).job().id();
        event(new AgentEvent.OutcomeArrived(NEXT, job, new Outcome.Completed(3, 1, 0.9f), Timings.ZERO));
        assertThat(only(Answer.class).outcome()).isEqualTo(new Outcome.Lost(LossReason.MODEL_MISMATCH, NEXT));
    }

    @Test
    void aJobThatArrivesTwiceRunsOnce() {
        activate(Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-0", "pi-1")));
        Job job = foreignJob();
        event(new AgentEvent.JobTransferred(UPSTREAM, job, Fixtures.activation()));
        event(new AgentEvent.JobTransferred(UPSTREAM, job, Fixtures.activation()));
        finish(run(), SURE, Optional.empty());
        event(new AgentEvent.JobTransferred(UPSTREAM, job, Fixtures.activation()));
        assertThat(all(RunInference.class)).hasSize(1);
        assertThat(all(SendOutcome.class)).hasSize(1);
        assertThat(core.snapshot().duplicates()).isEqualTo(2);
    }

    @Test
    void jobsOfUnknownEpochsAndOfOtherShapesAreSentBack() {
        activate(Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-0", "pi-1")));
        Job job = foreignJob();
        event(new AgentEvent.JobTransferred(UPSTREAM, job, new Activation(ByteBuffer.allocate(Fixtures.BYTES - 1))));
        Job unknown = new Job(
                new JobId(UPSTREAM.peer(), 1, 99),
                job.chain(),
                7,
                1,
                1,
                job.thresholds(),
                0,
                now + MILLI,
                Fixtures.BYTES,
                Timings.ZERO);
        event(new AgentEvent.JobTransferred(UPSTREAM, unknown, Fixtures.activation()));
        assertThat(all(SendOutcome.class))
                .extracting(SendOutcome::outcome)
                .containsExactly(
                        new Outcome.Lost(LossReason.MODEL_MISMATCH, Fixtures.INGRESS),
                        new Outcome.Lost(LossReason.STALE_EPOCH, Fixtures.INGRESS));
    }

    @Test
    void jobsOfAStreamThatEndedAnswerNobody() {
        activate(Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-0", "pi-1")));
        event(new AgentEvent.JobTransferred(UPSTREAM, foreignJob(), Fixtures.activation()));
        event(new AgentEvent.JobTransferred(UPSTREAM, foreignJob(), Fixtures.activation()));
        event(new AgentEvent.UpstreamDown(UPSTREAM));
        assertThat(core.snapshot().queuedJobs()).as("only the one in service").isEqualTo(1);
        finish(run(), SURE, Optional.empty());
        assertThat(all(SendOutcome.class)).isEmpty();
        assertThat(core.snapshot().hops().get(0).lostHere()).containsEntry(LossReason.LINK_LOST, 2L);
    }
}

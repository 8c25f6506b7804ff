package dev.offramp.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.core.AgentEffect.Answer;
import dev.offramp.agent.core.AgentEffect.FrameRefused;
import dev.offramp.agent.core.AgentEffect.Refusal;
import dev.offramp.agent.core.AgentEffect.RunInference;
import dev.offramp.agent.core.AgentEffect.SendTransfer;
import dev.offramp.agent.queue.Shares;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.job.LossReason;
import dev.offramp.partition.job.Outcome;
import dev.offramp.partition.job.Timings;
import dev.offramp.partition.policy.Policy;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Frames at one core: what is run, in which order, and what is refused or lost. */
class AgentCoreTest extends OneCore {
    @Test
    void aFrameRunsAndLeavesAtItsExit() {
        activate(Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1")));
        frame();
        now += 5 * MILLI;
        finish(run(), SURE, SURE, 5 * MILLI);
        Answer answer = only(Answer.class);
        assertThat(answer.outcome()).isEqualTo(new Outcome.Completed(1, 0, 1f));
        assertThat(answer.timings()).isEqualTo(new Timings(0, 5 * MILLI, 0));
        assertThat(answer.latencyNanos()).isEqualTo(5 * MILLI);
        CoreSnapshot.Ingress ingress = core.snapshot().ingress().get(0);
        assertThat(ingress.exits()).containsExactly(new CoreSnapshot.ExitCount(1, 1, 1, 1));
        assertThat(ingress.completedByPolicy()).containsEntry(1L, 1L);
        assertThat(core.snapshot().busyNanos()).isEqualTo(5 * MILLI);
    }

    @Test
    void rejectsArrivalWhenCapacityReachedTheOneInServiceIncluded() {
        activate(Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1")));
        for (int i = 0; i < 4; i++) {
            frame();
        }
        assertThat(only(Answer.class).ticket()).isEqualTo(4);
        assertThat(lossOf(only(Answer.class))).isEqualTo(LossReason.QUEUE_FULL);
    }

    @Test
    void dropOldestLetsTheOldestWaitingJobGoAndNeverTheOneInService() {
        activate(Fixtures.service(Overflow.DROP_OLDEST, Fixtures.chain("a", "pi-1")));
        for (int i = 0; i < 5; i++) {
            frame();
        }
        assertThat(all(Answer.class)).extracting(Answer::ticket).containsExactly(2L, 3L);
    }

    @Test
    void aFrameThatFindsNoRoomIsLostEvenWhereTheServiceBlocks() {
        activate(Fixtures.service(Overflow.BLOCK, Fixtures.chain("a", "pi-1")));
        for (int i = 0; i < 4; i++) {
            frame();
        }
        assertThat(lossOf(only(Answer.class))).isEqualTo(LossReason.QUEUE_FULL);
    }

    @Test
    void whatExpiredInTheQueueIsNotRun() {
        activate(Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1")));
        frame();
        frame();
        now += 1000 * MILLI;
        finish(run(), SURE, SURE, 1);
        assertThat(all(RunInference.class)).hasSize(1);
        assertThat(all(Answer.class)).extracting(OneCore::lossOf).containsOnly(LossReason.EXPIRED);
    }

    @Test
    void whatCannotBeDoneByItsDeadlineIsNotBegun() {
        activate(Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1")));
        frame();
        frame();
        now += 600 * MILLI;
        finish(run(), SURE, SURE, 1);
        assertThat(all(RunInference.class)).hasSize(1);
        assertThat(all(Answer.class).get(0).outcome()).isInstanceOf(Outcome.Completed.class);
        assertThat(lossOf(all(Answer.class).get(1))).isEqualTo(LossReason.EXPIRED);
    }

    @Test
    void aSlowSpellDoesNotKeepAHopFromBeingTriedAgain() {
        activate(Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1")));
        frame();
        now += 1500 * MILLI;
        finish(run(), SURE, SURE, 1);
        frame();
        assertThat(all(RunInference.class)).hasSize(1);
        now += 1001 * MILLI;
        frame();
        assertThat(all(RunInference.class)).hasSize(2);
    }

    @Test
    void whatAJobsTimeIsMadeOfIsKnownPerHop() {
        activate(Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1", "pi-2")));
        frame();
        frame();
        now += 10 * MILLI;
        event(new AgentEvent.InferenceFinished(run(), List.of(UNSURE), Optional.of(Fixtures.activation()), 8 * MILLI));
        SendTransfer sent = only(SendTransfer.class);
        event(new AgentEvent.TransferSent(NEXT, sent.job().id(), 3 * MILLI));
        now += 40 * MILLI;
        event(new AgentEvent.OutcomeArrived(
                NEXT,
                sent.job().id(),
                new Outcome.Completed(2, 1, 0.9f),
                new Timings(6 * MILLI, 8 * MILLI + 20 * MILLI, 4 * MILLI)));
        assertThat(only(Answer.class).timings().networkNanos())
                .as("40 ms, of which 30 were another hop's or told by it, and 4 behind that")
                .isEqualTo(14 * MILLI);
        Map<HopPart, CoreSnapshot.Times> times =
                core.snapshot().hops().getFirst().times();
        assertThat(times.get(HopPart.QUEUE).nanosSum()).isEqualTo(10.0 * MILLI);
        assertThat(times.get(HopPart.QUEUE).jobs()).isEqualTo(2);
        assertThat(times.get(HopPart.COMPUTE).nanosSum()).isEqualTo(8.0 * MILLI);
        assertThat(times.get(HopPart.SERIALISE).nanosSum()).isEqualTo(3.0 * MILLI);
        assertThat(times.get(HopPart.NETWORK).nanosSum()).isEqualTo(10.0 * MILLI);
    }

    @Test
    void scoresThatAreNoNumbersAreAnExecutionLoss() {
        activate(Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1")));
        frame();
        finish(run(), new float[] {Float.NaN, 0f}, SURE, 1);
        assertThat(lossOf(only(Answer.class))).isEqualTo(LossReason.EXECUTION);
    }

    @Test
    void framesAreRefusedWithTheReason() {
        event(new AgentEvent.FrameArrived(1, Fixtures.SERVICE, Fixtures.activation(), OptionalInt.empty(), 0, now));
        activate(Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1")));
        event(new AgentEvent.FrameArrived(
                2, new ServiceId("other"), Fixtures.activation(), OptionalInt.empty(), 0, now));
        event(new AgentEvent.FrameArrived(
                3, Fixtures.SERVICE, new Activation(ByteBuffer.allocate(9)), OptionalInt.empty(), 0, now));
        event(new AgentEvent.DrainRequested());
        event(new AgentEvent.FrameArrived(4, Fixtures.SERVICE, Fixtures.activation(), OptionalInt.empty(), 0, now));
        assertThat(all(FrameRefused.class))
                .extracting(FrameRefused::refusal)
                .containsExactly(
                        Refusal.UNKNOWN_SERVICE, Refusal.UNKNOWN_SERVICE, Refusal.WRONG_SHAPE, Refusal.DRAINING);
    }

    @Test
    void tooManyFramesInFlightAreRefused() {
        core = new AgentCore(
                new AgentLimits(Fixtures.INGRESS, 1, 1, 10, 1000, Shares.NONE, 4, 1000, 1, 4, 2, 100 * MILLI));
        activate(Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1")));
        frame();
        frame();
        frame();
        assertThat(only(FrameRefused.class).refusal()).isEqualTo(Refusal.BUSY);
    }

    @Test
    void withoutAPolicyAFrameHasNoChain() {
        Service service = Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1"));
        event(new AgentEvent.PlacementPrepared(Fixtures.placement(1, service)));
        event(new AgentEvent.PlacementActivated(1));
        frame();
        assertThat(lossOf(only(Answer.class))).isEqualTo(LossReason.NO_CHAIN);
    }

    @Test
    void chainsWhoseNeighbourIsDownAreLeftOut() {
        activate(Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1"), Fixtures.chain("b", "pi-1", "pi-2")));
        event(new AgentEvent.PeerDown(NEXT, LossReason.NODE_LOST));
        frame();
        frame();
        assertThat(all(AgentEffect.FrameAccepted.class))
                .extracting(accepted -> accepted.chain().map(ChainId::name).orElse("none"))
                .containsExactly("a", "a");
    }

    @Test
    void jobsThatComeWhileOthersAreInFlightAreToldTheirStep() {
        Service service = Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1", "pi-2"));
        activate(service);
        Policy calm = Fixtures.policy(2, service, 0.9f);
        Policy.Step busy = Fixtures.policy(2, service, 0f).steps().getFirst();
        Policy.Step busier = new Policy.Step(1, busy.mix(), busy.thresholds());
        event(new AgentEvent.PolicyChanged(
                new Policy(service.id(), 2, List.of(calm.steps().getFirst(), busier), 0)));

        frame();
        frame();
        finish(run(), UNSURE, Optional.of(Fixtures.activation()));
        assertThat(only(SendTransfer.class).job().thresholds().at(1)).isEqualTo(0.9f);
        finish(run(), UNSURE, Optional.of(Fixtures.activation()));
        assertThat(only(Answer.class).outcome()).isInstanceOf(Outcome.Completed.class);
        assertThat(core.snapshot().ingress().get(0).toldByStep()).containsExactly(1, 1);
    }
}

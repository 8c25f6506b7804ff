package dev.offramp.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.core.AgentEffect.Answer;
import dev.offramp.agent.core.AgentEffect.CommandDone;
import dev.offramp.agent.core.AgentEffect.FrameRefused;
import dev.offramp.agent.core.AgentEffect.Refusal;
import dev.offramp.agent.core.AgentEffect.RunInference;
import dev.offramp.agent.core.AgentEffect.SendGrant;
import dev.offramp.agent.core.AgentEffect.SendOffer;
import dev.offramp.agent.core.AgentEffect.SendOutcome;
import dev.offramp.agent.core.AgentEffect.SendTransfer;
import dev.offramp.agent.core.AgentEffect.SendWithdraw;
import dev.offramp.agent.queue.Shares;
import dev.offramp.partition.Chain;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.job.JobId;
import dev.offramp.partition.job.LossReason;
import dev.offramp.partition.job.Outcome;
import dev.offramp.partition.job.Timings;
import dev.offramp.partition.job.Verdict;
import dev.offramp.partition.policy.Policy;
import dev.offramp.partition.policy.Thresholds;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** One core, event by event. */
class AgentCoreTest {
    private static final long MILLI = 1_000_000;
    private static final NodeId NEXT = new NodeId("pi-2");
    private static final PeerLink UPSTREAM = new PeerLink(new NodeId("pi-0"), 1);
    private static final float[] SURE = {1f, 0f};
    private static final float[] UNSURE = {0.5f, 0.5f};

    private final List<AgentEffect> effects = new ArrayList<>();
    private AgentCore core = core(3);
    private long now;
    private long tickets;
    private long foreign;

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
        assertThat(all(Answer.class)).extracting(AgentCoreTest::lossOf).containsOnly(LossReason.EXPIRED);
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

    private void activateWithShadowJobsOnly() {
        Service service = Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1", "pi-2"));
        activate(service);
        event(new AgentEvent.PolicyChanged(Fixtures.policy(2, service, 0f).withShadowShare(1)));
    }

    @Test
    void everyExitOfAShadowJobIsRecordedAtItsIngress() {
        activateWithShadowJobsOnly();
        frame();
        finish(run(), SURE, Optional.of(Fixtures.activation()));
        Job onward = only(SendTransfer.class).job();
        assertThat(onward.thresholds()).isEqualTo(Thresholds.closed(2));
        assertThat(onward.passed()).containsExactly(new Verdict(0, 1f));
        event(new AgentEvent.TransferSent(NEXT, onward.id(), 0));
        event(new AgentEvent.OutcomeArrived(
                NEXT, onward.id(), new Outcome.Completed(2, 1, 0.9f, onward.passed()), Timings.ZERO));

        CoreSnapshot.Ingress ingress = core.snapshot().ingress().get(0);
        assertThat(ingress.exits())
                .extracting(CoreSnapshot.ExitCount::completed)
                .containsExactly(1L);
        assertThat(ingress.shadows().completed()).isEqualTo(1);
        assertThat(ingress.shadows().latest())
                .containsExactly(new CoreSnapshot.ShadowRow(
                        1,
                        onward.chain(),
                        onward.epoch(),
                        List.of(new Verdict(0, 1f), new Verdict(1, 0.9f)),
                        OptionalInt.of(0)));
        assertThat(ingress.latest()).as("of jobs that are none").isEmpty();
    }

    @Test
    void whatACompletedJobWasToldAndWhatItPassedIsRecordedAtItsIngress() {
        activate(Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1", "pi-2")));
        frame();
        finish(run(), UNSURE, Optional.of(Fixtures.activation()));
        Job onward = only(SendTransfer.class).job();
        event(new AgentEvent.TransferSent(NEXT, onward.id(), 0));
        event(new AgentEvent.OutcomeArrived(
                NEXT, onward.id(), new Outcome.Completed(2, 1, 0.9f, onward.passed()), Timings.ZERO));

        CoreSnapshot.JobRow row = core.snapshot().ingress().get(0).latest().getFirst();
        assertThat(row.number()).isEqualTo(1);
        assertThat(row.thresholds()).isEqualTo(onward.thresholds());
        assertThat(row.verdicts()).containsExactly(onward.passed().getFirst(), new Verdict(1, 0.9f));
    }

    @Test
    void onlyTheLatestRowsOfJobsAreKept() {
        JobSample sample = new JobSample();
        for (int i = 0; i < JobSample.ROWS + 3; i++) {
            sample.completed(Fixtures.chain("a", "pi-1").id(), Thresholds.of(0f), new Outcome.Completed(1, i, 0.5f), 1);
        }

        assertThat(sample.snapshot()).hasSize(JobSample.ROWS);
        assertThat(sample.snapshot().getFirst().number()).isEqualTo(4);
    }

    @Test
    void aShadowJobThatIsLostOrUntoldIsCountedWithoutARow() {
        activateWithShadowJobsOnly();
        for (Outcome outcome :
                List.of(new Outcome.Completed(2, 1, 0.9f), new Outcome.Lost(LossReason.QUEUE_FULL, NEXT))) {
            frame();
            finish(run(), SURE, Optional.of(Fixtures.activation()));
            JobId job = all(SendTransfer.class).getLast().job().id();
            event(new AgentEvent.TransferSent(NEXT, job, 0));
            event(new AgentEvent.OutcomeArrived(NEXT, job, outcome, Timings.ZERO));
        }

        assertThat(core.snapshot().ingress().get(0).shadows()).isEqualTo(new CoreSnapshot.Shadows(1, 1, List.of()));
    }

    @Test
    void onlyTheLatestRowsOfShadowJobsAreKept() {
        ShadowSample sample = new ShadowSample();
        ChainId chain = Fixtures.chain("a", "pi-1").id();
        for (int i = 0; i < ShadowSample.ROWS + 3; i++) {
            sample.decided(chain, 1, new Outcome.Completed(1, i, 0.5f), OptionalInt.empty());
        }

        assertThat(sample.snapshot().latest()).hasSize(ShadowSample.ROWS);
        assertThat(sample.snapshot().latest().getFirst().number()).isEqualTo(4);
        assertThat(sample.snapshot().completed()).isEqualTo(ShadowSample.ROWS + 3);
    }

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

    @Test
    void anOldEpochDrainsAndThenItsJobsAreStale() {
        Service service = Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1"));
        activate(service);
        frame();
        frame();
        event(new AgentEvent.PlacementPrepared(Fixtures.placement(2, service)));
        event(new AgentEvent.PlacementActivated(2));
        event(new AgentEvent.Tick());
        assertThat(all(AgentEffect.EpochDrained.class)).isEmpty();
        event(new AgentEvent.PlacementRetired(1));
        assertThat(all(Answer.class)).extracting(AgentCoreTest::lossOf).containsOnly(LossReason.STALE_EPOCH);
        assertThat(all(Answer.class)).extracting(Answer::epoch).containsExactly(1L, 1L);
    }

    @Test
    void saysOnceThatAnEpochHasDrained() {
        Service service = Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1"));
        activate(service);
        frame();
        event(new AgentEvent.PlacementPrepared(Fixtures.placement(2, service)));
        event(new AgentEvent.PlacementActivated(2));
        finish(run(), SURE, SURE, 1);
        event(new AgentEvent.Tick());
        event(new AgentEvent.Tick());
        assertThat(only(AgentEffect.EpochDrained.class).epoch()).isEqualTo(1);
    }

    @Test
    void epochsThatAreOlderThanOneSeenAreRefused() {
        Service service = Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1"));
        event(new AgentEvent.PlacementPrepared(Fixtures.placement(5, service)));
        event(new AgentEvent.PlacementActivated(5));
        effects.clear();
        event(new AgentEvent.PlacementPrepared(Fixtures.placement(4, service)));
        event(new AgentEvent.PlacementActivated(4));
        event(new AgentEvent.PlacementActivated(6));
        event(new AgentEvent.PlacementRetired(5));
        assertThat(all(CommandDone.class)).hasSize(4).noneMatch(done -> done.refusal()
                .isEmpty());
        assertThat(core.snapshot().epoch()).isEqualTo(5);
    }

    @Test
    void drainingLetsTheJobsInsideRunToTheirOutcome() {
        activate(Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1")));
        frame();
        event(new AgentEvent.DrainRequested());
        event(new AgentEvent.Tick());
        assertThat(all(AgentEffect.Drained.class)).isEmpty();
        finish(run(), SURE, SURE, 1);
        event(new AgentEvent.Tick());
        event(new AgentEvent.Tick());
        assertThat(all(AgentEffect.Drained.class)).hasSize(1);
        assertThat(only(Answer.class).outcome()).isInstanceOf(Outcome.Completed.class);
    }

    @Test
    void streamsFollowThePlacementsThatLive() {
        activate(Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1", "pi-2")));
        assertThat(all(AgentEffect.Connect.class))
                .extracting(AgentEffect.Connect::address)
                .containsExactly("pi-2:7070");
        Service alone = Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1"));
        event(new AgentEvent.PlacementPrepared(Fixtures.placement(2, alone)));
        event(new AgentEvent.PlacementActivated(2));
        assertThat(all(AgentEffect.Disconnect.class)).isEmpty();
        event(new AgentEvent.PlacementRetired(1));
        assertThat(only(AgentEffect.Disconnect.class).peer()).isEqualTo(NEXT);
    }

    // Steps.

    private static AgentCore core(int capacityJobs) {
        return core(capacityJobs, Shares.NONE);
    }

    private static AgentCore core(int capacityJobs, Shares shares) {
        return new AgentCore(
                new AgentLimits(Fixtures.INGRESS, 1, 1, capacityJobs, 1000, shares, 4, 1000, 1, 4, 100, 100 * MILLI));
    }

    /** Epoch 1, policy 1, thresholds 0.8, all neighbours up. */
    private void activate(Service service) {
        event(new AgentEvent.PlacementPrepared(Fixtures.placement(1, service)));
        event(new AgentEvent.PolicyChanged(Fixtures.policy(1, service, 0.8f)));
        event(new AgentEvent.PlacementActivated(1));
        List.copyOf(all(AgentEffect.Connect.class)).forEach(connect -> event(new AgentEvent.PeerUp(connect.peer())));
    }

    private void frame() {
        frame(Service.MAX_PRIORITY);
    }

    private void frame(int priority) {
        event(new AgentEvent.FrameArrived(
                ++tickets, Fixtures.SERVICE, Fixtures.activation(), OptionalInt.of(0), priority, now));
    }

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

    /** A job from pi-0 at hop 1 of chain a, deadline in 1 s. */
    private Job foreignJob() {
        return new Job(
                new JobId(UPSTREAM.peer(), 1, ++foreign),
                new ChainId(Fixtures.SERVICE, "a"),
                1,
                1,
                1,
                Thresholds.uniform(2, 0.8f),
                0,
                now + 1000 * MILLI,
                Fixtures.BYTES,
                Timings.ZERO);
    }

    /** The newest run. */
    private long run() {
        List<RunInference> runs = all(RunInference.class);
        return runs.get(runs.size() - 1).run();
    }

    private void finish(long run, float[] first, float[] last, long computeNanos) {
        event(new AgentEvent.InferenceFinished(run, List.of(first, last), Optional.empty(), computeNanos));
    }

    private void finish(long run, float[] scores, Optional<Activation> output) {
        event(new AgentEvent.InferenceFinished(run, List.of(scores), output, 1));
    }

    private void event(AgentEvent event) {
        core.onEvent(event, now, effects::add);
        assertThat(core.snapshot().conservationResidual()).isZero();
        assertThat(core.roomUnaccounted()).isZero();
    }

    private static LossReason lossOf(Answer answer) {
        return ((Outcome.Lost) answer.outcome()).reason();
    }

    private <T extends AgentEffect> List<T> all(Class<T> kind) {
        return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private <T extends AgentEffect> T only(Class<T> kind) {
        assertThat(all(kind)).hasSize(1);
        return all(kind).get(0);
    }
}

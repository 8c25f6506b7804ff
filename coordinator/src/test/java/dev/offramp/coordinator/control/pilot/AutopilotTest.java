package dev.offramp.coordinator.control.pilot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.coordinator.cluster.NodeReport;
import dev.offramp.coordinator.control.pilot.Decision.Action;
import dev.offramp.coordinator.scenario.ScenarioWriter;
import dev.offramp.coordinator.simulation.ArrivalProcess;
import dev.offramp.coordinator.simulation.Link;
import dev.offramp.partition.Chain;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.policy.ChainMix;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Policy;
import dev.offramp.partition.policy.Thresholds;
import dev.offramp.partition.profile.ExitProfile;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the simulator on virtual time. */
class AutopilotTest {
    private final VirtualRoad road = new VirtualRoad(1);

    private static ArrivalProcess camera(double load) {
        return new ArrivalProcess.Periodic(load * VirtualRoad.capacity());
    }

    private static ArrivalProcess crowd(double load) {
        return new ArrivalProcess.Poisson(load * VirtualRoad.capacity());
    }

    private void settleAt(ArrivalProcess arrivals) {
        settleAt(arrivals, "ceen");
    }

    private void settleAt(ArrivalProcess arrivals, String scheduler) {
        road.arrive(arrivals);
        road.choose(scheduler);
        road.pass(20);
    }

    @Test
    void nothingIsDecidedWithoutAChoice() {
        road.arrive(crowd(1.6));
        road.pass(20);

        assertThat(road.decisions()).isEmpty();
        assertThat(road.policy.version()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStepUpIsAnsweredWithinTwoWindowsAndLossFalls(boolean regular) {
        settleAt(regular ? camera(0.6) : crowd(0.6), "ceen-constant");
        long before = road.policy.version();

        road.arrive(regular ? camera(1.6) : crowd(1.6));
        road.pass(2);

        assertThat(road.policy.version()).as(road.story()).isGreaterThan(before);
        assertThat(road.newest().trigger()).as(road.story()).isEqualTo(Trigger.LOAD);
        assertThat(road.newest().action()).as(road.story()).isEqualTo(Action.PUSHED);
        road.pass(10);
        Observation seen = road.newest().observed().orElseThrow();
        assertThat(seen.lossRatio()).isLessThan(0.08);
        assertThat(road.newest().verdict()).isEqualTo("as predicted");
    }

    @Test
    void whatIsBeyondDoubtIsAnsweredBeforeTheWindowEnds() {
        settleAt(camera(0.6), "ceen-constant");
        road.passSeconds(1);
        long before = road.policy.version();

        road.arrive(camera(1.6));
        road.passSeconds(1);

        assertThat(road.policy.version()).as(road.story()).isGreaterThan(before);
        assertThat(road.newest().arrivalRate()).isCloseTo(1.6 * VirtualRoad.capacity(), within(2.0));
    }

    @Test
    void afterTheStepDownAccuracyComesBackWithinTwoWindows() {
        settleAt(camera(1.6));
        double busy = road.newest().forecast().orElseThrow().accuracy();
        long before = road.policy.version();

        road.arrive(camera(0.6));
        road.pass(2);

        assertThat(road.policy.version()).as(road.story()).isGreaterThan(before);
        assertThat(road.newest().forecast().orElseThrow().accuracy()).isGreaterThan(busy + 0.02);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.6, 1.3})
    void noiseAloneRaisesNoAlarmInAThousandWindows(double load) {
        settleAt(crowd(load));
        long before = road.policy.version();
        int known = road.questions.size();

        road.pass(1_000);

        assertThat(road.questions.size() - known)
                .as(road.story())
                .isLessThanOrEqualTo(1_000 / ServicePilot.REVIEW_WINDOWS + 2);
        assertThat(road.policy.version() - before)
                .as("reviews may find something better")
                .isLessThanOrEqualTo(1);
    }

    @Test
    void aLoadThatRisesALittleIsNotWorthANewPolicy() {
        settleAt(camera(0.5), "ceen-constant");
        long before = road.policy.version();

        road.arrive(camera(0.65));
        road.pass(6);

        assertThat(road.newest().trigger()).as(road.story()).isEqualTo(Trigger.LOAD);
        assertThat(road.newest().action()).as(road.story()).isEqualTo(Action.KEPT);
        assertThat(road.policy.version()).isEqualTo(before);
    }

    @Test
    void jobsThatComeWhileOthersWaitLeaveEarlierBeforeAnythingIsDecided() {
        settleAt(camera(0.6));
        long lost = road.lost();

        road.arrive(camera(1.6));
        road.passWithoutAnswers(3);

        assertThat(road.lost() - lost).as(road.story()).isLessThan(Math.round(0.08 * 1.6 * VirtualRoad.capacity() * 6));
    }

    @Test
    void aNodeThatIsGoneTakesItsChainAlongAtOnceAndComesBack() {
        settleAt(camera(0.6));

        road.gone.add(new NodeId("b-last"));
        road.pass(1);

        assertThat(road.newest().trigger()).as(road.story()).isEqualTo(Trigger.NODES);
        assertThat(Objects.requireNonNull(road.questions.getLast())
                        .cases()
                        .get(0)
                        .chains())
                .extracting(chain -> chain.id())
                .containsExactly(VirtualRoad.A);
        road.gone.clear();
        road.pass(1);
        assertThat(road.newest().trigger()).as(road.story()).isEqualTo(Trigger.NODES);
        assertThat(Objects.requireNonNull(road.questions.getLast())
                        .cases()
                        .get(0)
                        .chains())
                .hasSize(2);
    }

    @Test
    void boardsThatSlowDownAreNoticedWithinTwoWindows() {
        settleAt(camera(0.8));
        long before = road.policy.version();

        road.slowDown(1.8);
        road.pass(2);

        assertThat(road.newest().trigger()).as(road.story()).isEqualTo(Trigger.SERVICE_TIMES);
        assertThat(road.policy.version()).as(road.story()).isGreaterThan(before);
    }

    @Test
    void harderScenesAreNoticedAndTheProfileIsFitted() {
        settleAt(camera(1.4));
        double expected = road.newest().forecast().orElseThrow().exitShares().get(0);

        road.behave(Profiles.graded(2_000, 3, 2, 3));
        road.pass(20);

        assertThat(road.decisions()).as(road.story()).anyMatch(decision -> decision.trigger() == Trigger.EXITS);
        Decision last = road.newest();
        assertThat(last.observed().orElseThrow().exitShares().get(0))
                .isCloseTo(
                        last.forecast().orElseThrow().exitShares().get(0), org.assertj.core.data.Offset.offset(0.08));
        assertThat(expected).isPositive();
    }

    /** By how much the accuracy that is predicted at last is off, where all jobs run to the end. */
    private double offAfterAShiftOfTheScenes(boolean isShadowed) {
        VirtualRoad one = new VirtualRoad(1);
        one.isShadowed = isShadowed;
        one.policy = one.policy.withShadowShare(0.1);
        one.arrive(camera(0.6));
        one.choose("exit-last");
        one.pass(20);
        ExitProfile harder = Profiles.graded(2_000, 3, 2, 3);
        one.behave(harder);
        one.pass(2 * ServicePilot.REVIEW_WINDOWS);
        return one.newest().forecast().orElseThrow().accuracy() - harder.accuracy(3);
    }

    @Test
    void harderScenesThatChangeNothingButTheAnswersAreFoundOutByShadowJobs() {
        assertThat(offAfterAShiftOfTheScenes(false)).isGreaterThan(0.02);
        assertThat(offAfterAShiftOfTheScenes(true)).isCloseTo(0, within(0.01));
    }

    /** Mean of the branch's threshold that is told at last. */
    private static double branchAfterLearning(double finalConfidence) {
        VirtualRoad one = new VirtualRoad(1);
        one.isProfiled = false;
        one.behave(Profiles.constant(0.6f, (float) finalConfidence));
        one.arrive(camera(0.5));
        one.choose("adaee");
        one.pass(400);
        return one.policy.thresholds().get(VirtualRoad.A).alternatives().stream()
                .mapToDouble(each -> each.share() * each.thresholds().at(1))
                .sum();
    }

    @Test
    void aBanditLearnsFromWhatTheAgentsTellOfTheirJobs() {
        double whereTheFinalExitAddsNothing = branchAfterLearning(0.6);
        double whereItAddsMuch = branchAfterLearning(1);

        assertThat(whereItAddsMuch - whereTheFinalExitAddsNothing).isGreaterThan(0.03);
    }

    @Test
    void twoWrongWindowsInARowBringThePolicyBeforeBack() {
        settleAt(camera(0.97), "ceen-constant");
        var before = road.policy;
        road.arrive(camera(1.25));
        road.pass(4);
        assertThat(road.newest().action()).as(road.story()).isEqualTo(Action.PUSHED);

        road.misfortune = 0.6;
        road.pass(4);

        assertThat(road.decisions()).anySatisfy(decision -> {
            assertThat(decision.action()).isEqualTo(Action.FELL_BACK);
            assertThat(decision.trigger()).isEqualTo(Trigger.WRONG_PREDICTION);
            assertThat(decision.note()).contains("predicted were");
        });
        assertThat(road.policy.thresholds()).isEqualTo(before.thresholds());
    }

    @Test
    void aWrongPredictionIsOutlivedWhereThePolicyBeforeWouldBeWorse() {
        settleAt(camera(0.6), "ceen-constant");
        road.arrive(camera(1.6));
        road.pass(4);
        long before = road.policy.version();

        road.misfortune = 0.3;
        road.pass(4);

        assertThat(road.decisions())
                .anyMatch(
                        decision -> decision.trigger() == Trigger.WRONG_PREDICTION && decision.action() == Action.KEPT);
        assertThat(road.policy.version()).isEqualTo(before);
    }

    @Test
    void aNewDecisionIsNotJudgedByWhatItsPredecessorDid() {
        settleAt(camera(0.6));
        road.arrive(camera(1.6));
        road.pass(4);
        road.isThinking = true;
        road.gone.add(new NodeId("b-last"));
        road.pass(1);

        road.misfortune = 0.3;
        road.pass(3);
        road.answer();
        road.misfortune = 0;
        road.pass(1);

        assertThat(road.decisions())
                .as(road.story())
                .noneMatch(decision -> decision.trigger() == Trigger.WRONG_PREDICTION);
    }

    @Test
    void aChoiceWhosePlanCameTooLateIsPlannedForAgain() {
        road.arrive(camera(1.6));
        road.choose("ceen");
        road.isThinking = true;
        road.pass(2);

        road.isMoving = true;
        road.answer();
        assertThat(road.decisions()).isEmpty();
        road.isMoving = false;
        road.pass(1);

        assertThat(road.decisions()).extracting(Decision::trigger).containsExactly(Trigger.CHOSEN);
    }

    @Test
    void aServiceOfFewJobsIsDecidedAboutToo() {
        road.arrive(camera(0.05));
        road.choose("fixed");

        road.pass(20);

        assertThat(road.policy.version()).as(road.story()).isEqualTo(2);
    }

    @Test
    void anIngressThatReportsLateIsNotTakenForAFallOfTheLoad() {
        settleAt(camera(0.6));

        road.late.add(new NodeId("a-first"));
        road.pass(1);
        road.late.clear();
        road.pass(2);

        assertThat(road.decisions()).as(road.story()).noneMatch(decision -> decision.trigger() == Trigger.LOAD);
    }

    @Test
    void nodesOfTheFormerPlacementDoNotCount() {
        settleAt(camera(0.6));
        NodeId former = new NodeId("c");

        for (long jobs = 1; jobs <= 4; jobs++) {
            double seconds = 10 * jobs;
            road.autopilot.heard(
                    former,
                    new NodeReport(
                            road.nowNanos,
                            0,
                            List.of(new NodeReport.HopReport(
                                    VirtualRoad.A, 1, 100 * jobs, 0, 1e11 * seconds, 1e22 * seconds)),
                            List.of(),
                            List.of()));
            road.pass(1);
        }

        assertThat(road.decisions())
                .as(road.story())
                .noneMatch(decision -> decision.trigger() == Trigger.SERVICE_TIMES);
    }

    @Test
    void hopsThatTheOrdersInForceSendNoJobAreNotWaitedFor() {
        road.arrive(camera(0.5));
        road.push(
                VirtualRoad.SERVICE,
                Policy.of(
                        VirtualRoad.SERVICE,
                        1,
                        ChainMix.of(Map.of(VirtualRoad.A, 1.0, VirtualRoad.B, 0.0)),
                        Map.of(VirtualRoad.A, Thresholds.of(0, 2, 0), VirtualRoad.B, Thresholds.of(2, 2, 0))));
        road.choose("single-exit");

        road.pass(4);

        assertThat(road.decisions())
                .as(road.story())
                .isNotEmpty()
                .noneMatch(decision -> decision.action() == Action.FAILED);
    }

    @Test
    void reactingSchedulersAreAskedInEveryWindow() {
        road.arrive(crowd(1.2));
        road.choose("local-queue");

        road.pass(10);

        assertThat(road.questions.size()).isGreaterThanOrEqualTo(9);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "exit-last",
                "fixed",
                "single-exit",
                "reactive",
                "knapsack",
                "knapsack-raw",
                "queueing-lp",
                "adaee",
                "confidence-gain",
                "ceen"
            })
    void everySchedulerDecides(String scheduler) {
        road.arrive(crowd(1.2));
        road.choose(scheduler);

        road.pass(5);

        assertThat(road.decisions()).noneMatch(decision -> decision.action() == Action.FAILED);
        assertThat(road.questions).isNotEmpty();
    }

    @Test
    void theModelOfTheClusterIsAsItRuns() {
        Chain travelled = road.services().getFirst().chains().getFirst();
        ChainId chain = travelled.id();
        NodeId first = travelled.hops().getFirst().node();
        road.links.put(
                first,
                List.of(
                        new NodeReport.LinkReport(
                                VirtualRoad.SHARED, 0.004, 5e6, List.of(new NodeReport.EdgeReport(chain, 1, 10, 1230))),
                        new NodeReport.LinkReport(new NodeId("elsewhere"), 1, 1, List.of())));
        settleAt(crowd(0.8));

        PlanRequest known = road.autopilot.describe(Set.of(VirtualRoad.SERVICE), road);
        LiveModel model = LiveModel.of(known, service -> Optional.of(road.profile()));

        assertThat(model.scenario().workload().of(VirtualRoad.SERVICE).arrivalRate())
                .isCloseTo(0.8 * VirtualRoad.capacity(), within(2.0));
        assertThat(model.scenario().orders().get(VirtualRoad.SERVICE)).isEqualTo(Orders.of(road.policy));
        assertThat(Measured.of(known).hops()).hasSize(6).anySatisfy(hop -> {
            assertThat(hop.node()).isEqualTo(VirtualRoad.SHARED);
            assertThat(hop.mean()).isCloseTo(0.05, within(0.003));
        });
        assertThat(model.scenario().deployment().links())
                .isEqualTo(Measured.of(known).links())
                .containsExactly(new Link(first, VirtualRoad.SHARED, 5e6, 0.002));
        assertThat(model.scenario().deployment().services().getFirst().chains()).allSatisfy(one -> assertThat(
                        one.visits().get(1).inputBytes())
                .isEqualTo(
                        one.id().equals(chain)
                                ? 123
                                : travelled.hops().get(1).partition().input().bytes()));
        assertThat(ScenarioWriter.yaml(model.scenario(), Map.of(VirtualRoad.SERVICE, "profile.csv")))
                .contains("name: shared", "profile: profile.csv");
    }

    @Test
    void aModelOfWhatNobodyHasSeenIsRefused() {
        road.autopilot.tick(Autopilot.WINDOW.toNanos(), road);
        PlanRequest nothing = road.autopilot.describe(Set.of(VirtualRoad.SERVICE), road);

        assertThatThrownBy(() -> LiveModel.of(nothing, service -> Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no job of road has come yet");
    }

    @Test
    void theHistoryIsBounded() {
        road.arrive(crowd(1.2));
        road.choose("adaee");

        road.pass(400);

        assertThat(road.decisions()).hasSizeLessThanOrEqualTo(History.MAX_DECISIONS);
        assertThat(road.newest().number()).isGreaterThan(History.MAX_DECISIONS);
    }

    @Test
    void choosingTheSchedulerAgainDoesNotDoubleTheShadowJobs() {
        Thresholds half = Thresholds.of(0.5f, 0.5f, 0f);
        road.push(
                VirtualRoad.SERVICE,
                Policy.of(
                                VirtualRoad.SERVICE,
                                1,
                                ChainMix.of(Map.of(VirtualRoad.A, 0.5, VirtualRoad.B, 0.5)),
                                Map.of(VirtualRoad.A, half, VirtualRoad.B, half))
                        .withShadowShare(0.1));
        long before = road.policy.version();
        road.arrive(camera(0.6));
        // Nothing is worth anything, so nothing is better than what is in force.
        road.choice = Optional.of(new SchedulerChoice("ceen", 0, 0.01, 0, Double.POSITIVE_INFINITY, 0));

        for (int i = 0; i < 3; i++) {
            road.autopilot.chosen(VirtualRoad.SERVICE);
            road.pass(3);
        }

        assertThat(road.newest().trigger()).isIn(Trigger.CHOSEN, Trigger.REVIEW);
        assertThat(closed(road.policy)).as(road.story()).isCloseTo(0.1, within(1e-6));
        assertThat(road.policy.version()).isEqualTo(before);
    }

    private static double closed(Policy policy) {
        return Orders.of(policy).alternatives().stream()
                .filter(one -> one.thresholds().equals(Thresholds.closed(3)))
                .mapToDouble(Orders.Alternative::probability)
                .sum();
    }

    @Test
    void aServiceOfFewJobsIsHeldAgainstItsPredictionToo() {
        settleAt(camera(0.05), "ceen-constant");

        road.misfortune = 1;
        road.pass(12);

        assertThat(road.decisions())
                .as(road.story())
                .anyMatch(decision -> decision.trigger() == Trigger.WRONG_PREDICTION);
    }
}

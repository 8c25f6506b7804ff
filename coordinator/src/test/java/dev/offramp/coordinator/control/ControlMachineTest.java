package dev.offramp.coordinator.control;

import static dev.offramp.coordinator.Samples.chain;
import static dev.offramp.coordinator.Samples.placement;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.coordinator.Samples;
import dev.offramp.coordinator.cluster.NodeRegistration;
import dev.offramp.coordinator.cluster.NodeReport;
import dev.offramp.coordinator.control.pilot.Plan;
import dev.offramp.coordinator.control.pilot.Planner;
import dev.offramp.coordinator.control.pilot.SchedulerChoice;
import dev.offramp.coordinator.placement.PlacementRequest;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Policy;
import dev.offramp.partition.policy.ThresholdMix;
import dev.offramp.partition.policy.Thresholds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ControlMachineTest {
    private static final ServiceId SERVICE = new ServiceId("roadside");
    private static final ChainId A = new ChainId(SERVICE, "a");
    private static final ChainId B = new ChainId(SERVICE, "b");
    private static final PlacementRequest TWO_CHAINS = placement(chain("a", "n1", "n2"), chain("b", "n1", "n3"));
    private static final Duration LATER = Duration.ofSeconds(2);

    private final ControlMachine machine = new ControlMachine(Durable.empty(), 0, service -> true);
    private final Map<NodeId, Long> sessions = new HashMap<>();
    private final List<Reply> replies = new ArrayList<>();
    private final List<String> sent = new ArrayList<>();
    private long nowNanos;

    @BeforeEach
    void threeNodes() {
        for (String node : List.of("n1", "n2", "n3")) {
            attach(node, 1);
        }
    }

    private void attach(String node, long incarnation) {
        attach(Samples.node(node, incarnation));
    }

    private void attach(NodeRegistration registration) {
        long session = sessions.merge(registration.node(), 100L, Long::sum);
        on(new ControlEvent.NodeAttached(session, registration));
    }

    /** Whoever is told something does it at once, but for nodes in {@code silent}. */
    private void on(ControlEvent event, String... silent) {
        for (ControlEffect effect : machine.on(event, nowNanos)) {
            switch (effect) {
                case ControlEffect.Ask ask -> {}
                case ControlEffect.Answer answer -> replies.add(answer.reply());
                case ControlEffect.Send send -> {
                    sent.add(send.node() + " " + send.command().getClass().getSimpleName());
                    if (!List.of(silent).contains(send.node().value())) {
                        NodeCommand.Id id = new VirtualAgent("any").idOf(send.command());
                        on(new ControlEvent.NodeAnswered(send.session(), send.node(), id, ""), silent);
                    }
                }
                case ControlEffect.Detach detach -> sent.add(detach.node() + " Detach");
            }
        }
    }

    private void pass(Duration time, String... silent) {
        nowNanos += time.toNanos();
        sessions.forEach((node, session) -> {
            if (!List.of(silent).contains(node.value())) {
                on(new ControlEvent.NodeHeard(session, node, NodeReport.empty()));
            }
        });
        on(new ControlEvent.Tick());
    }

    private void apply(PlacementRequest request, String... silent) {
        on(
                new ControlEvent.PlacementRequested(
                        1, request, Samples.models(Samples.model("roadside", 2), Samples.model("night", 2))),
                silent);
    }

    private Policy effective() {
        return policy().effective();
    }

    private ServicePolicy policy() {
        return Objects.requireNonNull(machine.durable().policies().get(SERVICE));
    }

    private long session(String node) {
        return Objects.requireNonNull(sessions.get(new NodeId(node)));
    }

    private PolicyRequest mix(double a, double b, long expected) {
        var thresholds = List.of(0.5f, 0f);
        return new PolicyRequest(
                SERVICE,
                new TreeMap<>(Map.of(
                        "a", PolicyRequest.ChainOrders.of(a, thresholds),
                        "b", PolicyRequest.ChainOrders.of(b, thresholds))),
                0.02,
                expected);
    }

    @Test
    void placementIsActiveWhenAllNodesHaveActivatedIt() {
        apply(TWO_CHAINS);

        assertThat(replies).containsExactly(new Reply.Applied(1));
        assertThat(machine.durable().active().epoch()).isEqualTo(1);
        assertThat(machine.view().state()).isEqualTo("active");
    }

    @Test
    void nothingIsActivatedBeforeAllHavePrepared() {
        apply(TWO_CHAINS, "n3");

        assertThat(replies).isEmpty();
        assertThat(sent).noneMatch(command -> command.endsWith("Activate"));
        assertThat(machine.view().state()).isEqualTo("preparing epoch 1");
    }

    @Test
    void firstPolicyIsUniformWithClosedExits() {
        apply(TWO_CHAINS);

        assertThat(effective().version()).isEqualTo(1);
        assertThat(effective().mix().probabilities()).containsEntry(A, 0.5).containsEntry(B, 0.5);
        assertThat(effective().thresholdsOf(A)).isEqualTo(ThresholdMix.of(2f, 0f));
        assertThat(sent.indexOf("n1 ApplyPolicy"))
                .isLessThan(sent.indexOf("n1 Activate"))
                .isNotNegative();
    }

    @Test
    void refusedPreparationIsUndoneUnderANewerEpoch() {
        apply(TWO_CHAINS);
        replies.clear();
        apply(placement(chain("a", "n3", "n2")), "n3");
        on(new ControlEvent.NodeAnswered(session("n3"), new NodeId("n3"), new NodeCommand.Id.Prepared(2), "disk full"));

        assertThat(replies).singleElement().isInstanceOfSatisfying(Reply.Refused.class, refused -> {
            assertThat(refused.kind()).isEqualTo(Reply.Kind.FAILED);
            assertThat(refused.text()).contains("epoch 2 is undone: node n3 could not prepare it: disk full");
        });
        assertThat(machine.durable().active().epoch()).isEqualTo(3);
        assertThat(machine.durable().active().services().getFirst().chains()).hasSize(2);
    }

    @Test
    void nodeThatGoesDownWhilePreparingUndoesThePlacement() {
        NodeId node = new NodeId("n3");
        apply(TWO_CHAINS, "n3");
        pass(LATER, "n3");
        pass(LATER, "n3");
        assertThat(replies).as("it may be busy as long as it is connected").isEmpty();

        on(new ControlEvent.NodeDetached(session("n3"), node));

        assertThat(replies).singleElement().isInstanceOfSatisfying(Reply.Refused.class, refused -> assertThat(
                        refused.text())
                .contains("node n3 went down"));
        assertThat(machine.durable().active().services()).isEmpty();
    }

    @Test
    void secondPlacementHasToWaitForTheFirst() {
        apply(TWO_CHAINS, "n3");
        apply(TWO_CHAINS);

        assertThat(replies).singleElement().isInstanceOfSatisfying(Reply.Refused.class, refused -> assertThat(
                        refused.kind())
                .isEqualTo(Reply.Kind.CONFLICT));
    }

    @Test
    void samePlacementAgainChangesNothing() {
        apply(TWO_CHAINS);
        apply(TWO_CHAINS);

        assertThat(replies).containsExactly(new Reply.Applied(1), new Reply.Applied(1));
        assertThat(machine.durable().highestEpoch()).isEqualTo(1);
    }

    @Test
    void oldEpochIsRetiredWhenItsJobsHaveDrained() {
        apply(TWO_CHAINS);
        pass(LATER);
        sent.clear();
        apply(placement(chain("a", "n1", "n3")));
        pass(LATER);
        assertThat(sent).noneMatch(command -> command.endsWith("Retire"));

        pass(LATER);

        assertThat(sent).contains("n1 Retire", "n2 Retire", "n3 Retire");
        assertThat(machine.durable().retirement()).isEmpty();
    }

    @Test
    void chainThroughANodeThatIsDownLeavesTheMixAndComesBack() {
        apply(TWO_CHAINS);
        on(new ControlEvent.PolicyRequested(2, mix(0.25, 0.75, 1)));
        pass(LATER, "n3");
        pass(LATER, "n3");

        assertThat(effective().mix().probabilities()).containsEntry(A, 1.0).containsEntry(B, 0.0);
        assertThat(policy().intent().mix().probabilities()).containsEntry(B, 0.75);

        pass(LATER);
        assertThat(effective().mix().probabilities()).containsEntry(A, 0.25).containsEntry(B, 0.75);
        assertThat(effective().shadowShare()).isEqualTo(0.02);
    }

    @Test
    void mixStaysWhereNoOtherChainRemains() {
        apply(TWO_CHAINS);
        pass(LATER, "n1");
        pass(LATER, "n1");

        assertThat(effective().mix().probabilities()).containsEntry(A, 0.5).containsEntry(B, 0.5);
    }

    @Test
    void framesGoAroundANodeThatDrainsUntilItsAgentStartsAnew() {
        apply(TWO_CHAINS);
        sent.clear();
        replies.clear();

        on(new ControlEvent.DrainRequested(3, new NodeId("n3")));

        assertThat(replies).containsExactly(new Reply.Draining(new NodeId("n3")));
        assertThat(effective().mix().probabilities()).containsEntry(A, 1.0).containsEntry(B, 0.0);
        assertThat(sent)
                .as("the others know before its door is closed")
                .containsSubsequence("n1 ApplyPolicy", "n3 Drain");

        pass(LATER);
        assertThat(effective().mix().probabilities()).containsEntry(B, 0.0);

        attach("n3", 2);
        pass(LATER);
        assertThat(effective().mix().probabilities()).containsEntry(A, 0.5).containsEntry(B, 0.5);
    }

    @Test
    void aNodeMayDrainBySomebodyAtTheBoard() {
        apply(TWO_CHAINS);
        on(new ControlEvent.NodeDrains(session("n3"), new NodeId("n3")));

        assertThat(effective().mix().probabilities()).containsEntry(A, 1.0).containsEntry(B, 0.0);
    }

    @Test
    void onlyANodeThatIsAttachedCanDrain() {
        on(new ControlEvent.DrainRequested(3, new NodeId("n4")));
        on(new ControlEvent.NodeDetached(session("n3"), new NodeId("n3")));
        on(new ControlEvent.DrainRequested(4, new NodeId("n3")));

        assertThat(replies)
                .extracting(reply -> ((Reply.Refused) reply).kind())
                .containsExactly(Reply.Kind.NOT_FOUND, Reply.Kind.UNAVAILABLE);
    }

    @Test
    void nodeWithANewAddressMakesThePlacementGoOutAgain() {
        apply(TWO_CHAINS);
        sent.clear();
        attach(Samples.node("n3", 2, "127.0.0.1:7", NodeRegistration.Seen.of(1, Map.of(SERVICE, 1L))));

        assertThat(machine.durable().active().epoch()).isEqualTo(2);
        assertThat(machine.durable().active().dataAddresses()).containsEntry(new NodeId("n3"), "127.0.0.1:7");
        assertThat(sent).contains("n1 Activate", "n3 Activate");
        assertThat(effective().mix().probabilities()).as("it takes jobs again").containsEntry(B, 0.5);
    }

    @Test
    void nodeThatHasSeenNewerOnesMovesEpochAndVersionAhead() {
        apply(TWO_CHAINS);
        attach(Samples.node("n2", 2, NodeRegistration.Seen.of(40, Map.of(SERVICE, 30L))));

        assertThat(machine.durable().active().epoch()).isEqualTo(41);
        assertThat(effective().version()).isGreaterThan(30);
    }

    @Test
    void olderAgentOfTheSameNameIsTurnedAway() {
        attach("n1", 7);
        sent.clear();
        attach("n1", 6);

        assertThat(sent).containsExactly("n1 Detach");
    }

    @Test
    void lostUpdateIsAConflict() {
        apply(TWO_CHAINS);
        on(new ControlEvent.PolicyRequested(2, mix(0.5, 0.5, 1)));
        on(new ControlEvent.PolicyRequested(3, mix(1, 0, 1)));

        assertThat(replies.get(1)).isEqualTo(new Reply.PolicyKept(2));
        assertThat(replies.get(2)).isInstanceOfSatisfying(Reply.Refused.class, refused -> assertThat(refused.kind())
                .isEqualTo(Reply.Kind.CONFLICT));
    }

    @Test
    void everythingWrongWithAPolicyIsNamedAtOnce() {
        apply(TWO_CHAINS);
        on(new ControlEvent.PolicyRequested(
                2,
                new PolicyRequest(
                        SERVICE,
                        new TreeMap<>(Map.of(
                                "a", PolicyRequest.ChainOrders.of(0.5, List.of(0.5f)),
                                "x", PolicyRequest.ChainOrders.of(0.2, List.of(3f)))),
                        1.5,
                        0)));

        assertThat(replies.get(1)).isInstanceOfSatisfying(Reply.Refused.class, refused -> assertThat(refused.text())
                .contains("chain roadside/a has 2 exits, not 1")
                .contains("chain 'x' is not placed")
                .contains("thresholds [3.0] of chain 'x' are out of range")
                .contains("chain 'b' is missing")
                .contains("probabilities sum to 0.7")
                .contains("share of shadow jobs (1.5) must be 0 … 1"));
    }

    private static PolicyRequest.ChainOrders halves(double probability, float one, float other) {
        return new PolicyRequest.ChainOrders(
                probability,
                List.of(
                        new PolicyRequest.VectorOrders(0.5, List.of(one, 0f)),
                        new PolicyRequest.VectorOrders(0.5, List.of(other, 0f))));
    }

    @Test
    void alternativesOfAChainStayWithItWhateverBecomesOfTheOthers() {
        apply(TWO_CHAINS);
        on(new ControlEvent.PolicyRequested(
                2,
                new PolicyRequest(
                        SERVICE,
                        new TreeMap<>(Map.of(
                                "a", halves(0.25, 0.1f, 0.9f),
                                "b", PolicyRequest.ChainOrders.of(0.75, List.of(0.5f, 0f)))),
                        0,
                        1)));
        ThresholdMix mix = new ThresholdMix(List.of(
                new ThresholdMix.Alternative(0.5, Thresholds.of(0.1f, 0f)),
                new ThresholdMix.Alternative(0.5, Thresholds.of(0.9f, 0f))));
        assertThat(effective().thresholdsOf(A)).isEqualTo(mix);

        pass(LATER, "n3");
        pass(LATER, "n3");
        assertThat(effective().mix().probabilities()).containsEntry(A, 1.0);
        assertThat(effective().thresholdsOf(A)).isEqualTo(mix);

        pass(LATER);
        apply(placement(chain("a", "n1", "n3"), chain("c", "n2", "n2")));
        assertThat(effective().thresholdsOf(A)).isEqualTo(mix);
    }

    @Test
    void everythingWrongWithAlternativesIsNamedAtOnce() {
        apply(TWO_CHAINS);
        on(new ControlEvent.PolicyRequested(
                2,
                new PolicyRequest(
                        SERVICE,
                        new TreeMap<>(Map.of(
                                "a",
                                halves(0.5, 0.5f, 0.5f),
                                "b",
                                new PolicyRequest.ChainOrders(
                                        0.25, List.of(new PolicyRequest.VectorOrders(0, List.of(0f)))),
                                "c",
                                new PolicyRequest.ChainOrders(
                                        0.25,
                                        Collections.nCopies(17, new PolicyRequest.VectorOrders(1, List.of(0f)))))),
                        0,
                        0)));

        assertThat(replies.get(1)).isInstanceOfSatisfying(Reply.Refused.class, refused -> assertThat(refused.text())
                .contains("thresholds [0.5, 0.0] of chain 'a' are there twice")
                .contains("chain 'c' has 17 threshold vectors: expected 1 to 16")
                .contains("chain roadside/b has 2 exits, not 1")
                .contains("share of thresholds [0.0] of chain 'b' (0.0) must be more than 0")
                .contains("shares of chain 'b' sum to 0.0: expected 1"));
    }

    @Test
    void chainsThatStayKeepTheirPolicyInTheNextPlacement() {
        apply(TWO_CHAINS);
        on(new ControlEvent.PolicyRequested(2, mix(1, 0, 0)));
        apply(placement(chain("a", "n1", "n3"), chain("c", "n2", "n2")));

        assertThat(effective().thresholdsOf(A)).isEqualTo(ThresholdMix.of(0.5f, 0f));
        assertThat(effective().thresholds()).containsOnlyKeys(A, new ChainId(SERVICE, "c"));
        assertThat(effective().shadowShare()).isEqualTo(0.02);
    }

    private ControlEvent.SchedulerRequested choose(String scheduler) {
        return new ControlEvent.SchedulerRequested(7, SERVICE, Optional.of(SchedulerChoice.of(scheduler)));
    }

    @Test
    void aSchedulersRuleBeginsWithAFewShadowJobsWhereAProfileIsKnown() {
        apply(TWO_CHAINS);
        ControlMachine blind = new ControlMachine(machine.durable(), 0, service -> false);
        blind.on(choose("fixed"), 1);
        assertThat(Objects.requireNonNull(blind.durable().policies().get(SERVICE))
                        .effective()
                        .shadowShare())
                .isZero();

        on(choose("fixed"));
        assertThat(effective().shadowShare()).isEqualTo(PolicyDesk.SHADOW_SHARE);
        assertThat(sent).last().asString().startsWith("n").endsWith("ApplyPolicy");
    }

    private static NodeReport report(long seconds) {
        return new NodeReport(
                Duration.ofSeconds(seconds).toNanos(),
                1,
                List.of(
                        new NodeReport.HopReport(A, 0, 20 * seconds, 10 * seconds, 4e8 * seconds, 8e15 * seconds),
                        new NodeReport.HopReport(A, 1, 10 * seconds, 10 * seconds, 4e8 * seconds, 16e15 * seconds)),
                List.of(new NodeReport.IngressReport(
                        SERVICE, 20 * seconds, List.of(20 * seconds), 0, List.of(10 * seconds, 10 * seconds), 0, 0)),
                List.of());
    }

    /** Questions to schedulers in a few windows of a machine that goes on with what is on disk. */
    private static List<ControlEffect> asked(ControlMachine restarted) {
        List<ControlEffect> questions = new ArrayList<>();
        for (String node : List.of("n1", "n2", "n3")) {
            restarted.on(new ControlEvent.NodeAttached(1, Samples.node(node, 1)), 0);
        }
        for (long second = 1; second <= 6; second++) {
            for (String node : List.of("n1", "n2", "n3")) {
                restarted.on(
                        new ControlEvent.NodeHeard(1, new NodeId(node), report(second)),
                        Duration.ofSeconds(second).toNanos());
            }
            restarted.on(new ControlEvent.Tick(), Duration.ofSeconds(second).toNanos()).stream()
                    .filter(ControlEffect.Ask.class::isInstance)
                    .forEach(questions::add);
        }
        return questions;
    }

    @Test
    void aSchedulerIsChosenForGoodAndGoesOnAfterARestart() {
        apply(TWO_CHAINS);
        on(choose("ceen"));

        ControlMachine restarted = new ControlMachine(machine.durable(), 0, service -> true);

        assertThat(machine.durable().choices()).containsEntry(SERVICE, SchedulerChoice.of("ceen"));
        assertThat(asked(restarted)).hasSize(1);
    }

    @Test
    void whatASchedulerDecidesBecomesThePolicy() {
        apply(TWO_CHAINS);
        on(choose("fixed"));
        ControlMachine restarted = new ControlMachine(machine.durable(), 0, service -> true);
        ControlEffect.Ask ask = (ControlEffect.Ask) asked(restarted).getFirst();

        restarted.on(
                new ControlEvent.Planned(new Planner(service -> Optional.empty()).plan(ask.request())),
                Duration.ofSeconds(7).toNanos());

        Policy policy = Objects.requireNonNull(restarted.durable().policies().get(SERVICE))
                .effective();
        assertThat(policy.thresholdsOf(A)).isEqualTo(ThresholdMix.of(0.8f, 0f));
        assertThat(policy.version()).isGreaterThan(1);
        assertThat(Objects.requireNonNull(restarted.view().decisions().get(SERVICE)))
                .hasSize(1);
    }

    @Test
    void whatAnEarlierMachineAskedForIsNoAnswerToALaterOnesQuestion() {
        apply(TWO_CHAINS);
        on(choose("fixed"));
        ControlMachine earlier = new ControlMachine(machine.durable(), 0, service -> true);
        ControlMachine later = new ControlMachine(machine.durable(), 1, service -> true);
        ControlEffect.Ask ask = (ControlEffect.Ask) asked(earlier).getFirst();
        assertThat(asked(later)).hasSize(1);

        later.on(
                new ControlEvent.Planned(new Planner(service -> Optional.empty()).plan(ask.request())),
                Duration.ofSeconds(7).toNanos());

        assertThat(later.durable().policies()).isEqualTo(machine.durable().policies());
    }

    @Test
    void theOperatorsShareOfShadowJobsOutlivesAPlanMadeBeforeIt() {
        apply(TWO_CHAINS);
        on(choose("fixed"));
        ControlMachine restarted = new ControlMachine(machine.durable(), 0, service -> true);
        ControlEffect.Ask ask = (ControlEffect.Ask) asked(restarted).getFirst();
        PolicyRequest wish = mix(0.5, 0.5, 0);
        restarted.on(
                new ControlEvent.PolicyRequested(2, new PolicyRequest(SERVICE, wish.chains(), 0.1, 0, true)),
                Duration.ofSeconds(7).toNanos());

        restarted.on(
                new ControlEvent.Planned(new Planner(service -> Optional.empty()).plan(ask.request())),
                Duration.ofSeconds(7).toNanos());

        Policy policy = Objects.requireNonNull(restarted.durable().policies().get(SERVICE))
                .effective();
        assertThat(policy.thresholdsOf(A)).isEqualTo(ThresholdMix.of(0.8f, 0f));
        assertThat(policy.shadowShare()).isEqualTo(0.1);
    }

    @Test
    void aSchedulerThatIsChosenAgainIsAskedAgain() {
        apply(TWO_CHAINS);
        on(choose("fixed"));
        ControlMachine restarted = new ControlMachine(machine.durable(), 0, service -> true);
        ControlEffect.Ask ask = (ControlEffect.Ask) asked(restarted).getFirst();
        restarted.on(
                new ControlEvent.Planned(new Planner(service -> Optional.empty()).plan(ask.request())),
                Duration.ofSeconds(7).toNanos());
        restarted.on(
                new ControlEvent.PolicyRequested(2, mix(1, 0, 0)),
                Duration.ofSeconds(7).toNanos());

        restarted.on(choose("fixed"), Duration.ofSeconds(7).toNanos());

        assertThat(restarted.on(new ControlEvent.Tick(), Duration.ofSeconds(8).toNanos()))
                .anyMatch(ControlEffect.Ask.class::isInstance);
    }

    private static PlacementRequest twoServices() {
        var road = TWO_CHAINS.services().getFirst();
        return new PlacementRequest(List.of(
                road,
                new PlacementRequest.ServiceRequest(
                        "night", "night", road.overflow(), road.deadline(), road.ingress(), road.chains())));
    }

    @Test
    void aServiceWithoutJobsDoesNotHoldUpTheOthers() {
        apply(twoServices());
        on(choose("fixed"));
        on(new ControlEvent.SchedulerRequested(8, new ServiceId("night"), Optional.of(SchedulerChoice.of("fixed"))));
        ControlMachine restarted = new ControlMachine(machine.durable(), 0, service -> true);

        ControlEffect.Ask ask = (ControlEffect.Ask) asked(restarted).getFirst();

        assertThat(new Planner(service -> Optional.empty()).plan(ask.request())).isInstanceOf(Plan.Made.class);
    }

    @Test
    void decisionsAreForgottenWithTheirService() {
        apply(twoServices());
        pass(LATER);
        assertThat(machine.view().decisions()).containsKey(new ServiceId("night"));

        apply(TWO_CHAINS);
        pass(LATER);
        pass(LATER);

        assertThat(machine.view().decisions()).containsOnlyKeys(SERVICE);
    }

    @Test
    void aPolicySetByHandEndsTheSchedulersRule() {
        apply(TWO_CHAINS);
        on(choose("ceen"));

        on(new ControlEvent.PolicyRequested(2, mix(1, 0, 0)));

        assertThat(machine.durable().choices()).isEmpty();
    }

    @Test
    void aSchedulerThatNeedsAProfileIsRefusedWithoutOne() {
        apply(TWO_CHAINS);
        ControlMachine blind = new ControlMachine(machine.durable(), 0, service -> false);

        List<ControlEffect> effects = blind.on(choose("ceen"), 0);

        assertThat(effects)
                .containsExactly(new ControlEffect.Answer(7, ((ControlEffect.Answer) effects.getFirst()).reply()));
        assertThat(((ControlEffect.Answer) effects.getFirst()).reply())
                .isInstanceOfSatisfying(Reply.Refused.class, refused -> assertThat(refused.text())
                        .contains("profile.csv", "local-queue"));
        assertThat(blind.on(choose("reactive"), 0)).contains(new ControlEffect.Answer(7, new Reply.PolicyKept(1)));
    }
}

package dev.offramp.coordinator.control;

import static dev.offramp.coordinator.Samples.chain;
import static dev.offramp.coordinator.Samples.placement;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.coordinator.Samples;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.feed.CameraId;
import dev.offramp.partition.feed.CameraLimits;
import dev.offramp.partition.feed.FeedUrl;
import dev.offramp.partition.feed.Feeds;
import dev.offramp.partition.feed.Receiver;
import dev.offramp.partition.feed.ReceiverId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes n1 and n2; n1 is the ingress of roadside. */
class FeedsDeskTest {
    private static final ServiceId SERVICE = new ServiceId("roadside");
    private static final NodeId N1 = new NodeId("n1");
    private static final NodeId N2 = new NodeId("n2");

    private ControlMachine machine = new ControlMachine(Durable.empty(), 0, service -> true);
    private final Map<NodeId, Long> sessions = new HashMap<>();
    private final Map<NodeId, List<Feeds>> told = new HashMap<>();
    private final List<Reply> replies = new ArrayList<>();
    private boolean answering = true;
    private long newestSeen;
    private long nowNanos;

    @BeforeEach
    void place() {
        attach("n1");
        attach("n2");
        on(new ControlEvent.PlacementRequested(
                1, placement(chain("a", "n1", "n2")), Samples.models(Samples.model("roadside", 2))));
        replies.clear();
    }

    private void attach(String node) {
        long session = sessions.merge(new NodeId(node), 100L, Long::sum);
        on(new ControlEvent.NodeAttached(session, Samples.node(node, session)));
    }

    private void on(ControlEvent event) {
        for (ControlEffect effect : machine.on(event, nowNanos)) {
            if (effect instanceof ControlEffect.Answer answer) {
                replies.add(answer.reply());
            } else if (effect instanceof ControlEffect.Send send) {
                execute(send);
            }
        }
    }

    private void execute(ControlEffect.Send send) {
        if (send.command() instanceof NodeCommand.ApplyFeeds apply) {
            told.computeIfAbsent(send.node(), node -> new ArrayList<>()).add(apply.feeds());
            if (answering) {
                boolean older = apply.feeds().version() < newestSeen;
                newestSeen = Math.max(newestSeen, apply.feeds().version());
                on(new ControlEvent.NodeAnswered(
                        send.session(),
                        send.node(),
                        new NodeCommand.Id.FeedsApplied(newestSeen),
                        older ? "older" : ""));
            }
        } else {
            NodeCommand.Id id = new VirtualAgent("any").idOf(send.command());
            on(new ControlEvent.NodeAnswered(send.session(), send.node(), id, ""));
        }
    }

    private void change(FeedsChange change) {
        on(new ControlEvent.FeedsRequested(7, change));
    }

    private static FeedsChange.AddCamera camera(String name, String source, Optional<NodeId> node) {
        return new FeedsChange.AddCamera(new CameraId(name), SERVICE, node, new FeedUrl(source), CameraLimits.usual());
    }

    private static FeedsChange.AddReceiver receiver(String name) {
        return new FeedsChange.AddReceiver(
                new Receiver(new ReceiverId(name), SERVICE, new FeedUrl("mqtt://broker"), ""));
    }

    private Feeds lastTold(NodeId node) {
        return told.get(node).getLast();
    }

    private void assertRefused(Reply.Kind kind, String text) {
        assertThat(replies.getLast()).isInstanceOfSatisfying(Reply.Refused.class, refused -> {
            assertThat(refused.kind()).isEqualTo(kind);
            assertThat(refused.text()).contains(text);
        });
    }

    @Test
    void aCameraIsKeptAndBroughtToItsNodeOnly() {
        change(camera("front", "http://cam/", Optional.empty()));

        assertThat(replies).containsExactly(new Reply.FeedsKept(1, Optional.of(N1)));
        assertThat(machine.durable().feeds().cameras()).containsOnlyKeys(new CameraId("front"));
        assertThat(lastTold(N1).cameras()).hasSize(1);
        assertThat(lastTold(N2).cameras()).isEmpty();
        assertThat(lastTold(N2).version()).isEqualTo(1);
    }

    @Test
    void everyNodeIsToldOfReceivers() {
        change(receiver("home"));

        assertThat(lastTold(N1).receivers()).isEqualTo(lastTold(N2).receivers()).hasSize(1);
        change(new FeedsChange.RemoveReceiver(new ReceiverId("home")));
        assertThat(lastTold(N2).receivers()).isEmpty();
        assertThat(replies)
                .containsExactly(new Reply.FeedsKept(1, Optional.empty()), new Reply.FeedsKept(2, Optional.empty()));
    }

    @Test
    void removingTellsTheNode() {
        change(camera("front", "http://cam/", Optional.of(N1)));
        change(new FeedsChange.RemoveCamera(new CameraId("front")));

        assertThat(lastTold(N1))
                .isEqualTo(new Feeds(2, Feeds.none().cameras(), Feeds.none().receivers()));
    }

    @Test
    void aNodeThatComesBackIsToldAgainAndANewMachineKnowsThemAll() {
        change(camera("front", "http://cam/", Optional.empty()));
        machine = new ControlMachine(machine.durable(), 0, service -> true);
        told.clear();

        attach("n1");

        assertThat(lastTold(N1).cameras()).hasSize(1);
    }

    @Test
    void saysNothingBeforeTheFirstChange() {
        assertThat(told).isEmpty();
    }

    @Test
    void whatIsNotAnsweredIsRepeated() {
        answering = false;
        change(camera("front", "http://cam/", Optional.empty()));
        assertThat(told.get(N1)).hasSize(1);

        answering = true;
        nowNanos += ControlMachine.REPEAT_AFTER.toNanos() + 1;
        for (NodeId node : List.of(N1, N2)) {
            on(new ControlEvent.NodeHeard(
                    sessions.get(node), node, dev.offramp.coordinator.cluster.NodeReport.empty()));
        }
        on(new ControlEvent.Tick());
        assertThat(told.get(N1)).hasSize(2);

        nowNanos += ControlMachine.REPEAT_AFTER.toNanos() + 1;
        on(new ControlEvent.Tick());
        assertThat(told.get(N1)).as("it has answered").hasSize(2);
    }

    @Test
    void aCoordinatorThatForgotNumbersItsFeedsBeyondWhatNodesHaveSeen() {
        newestSeen = 5;

        change(camera("front", "http://cam/", Optional.empty()));

        assertThat(machine.durable().feeds().version()).isEqualTo(6);
        assertThat(lastTold(N1)).isEqualTo(machine.durable().feeds().of(N1));
    }

    @Test
    void theSameAgainChangesNothing() {
        change(camera("front", "http://cam/", Optional.empty()));
        change(camera("front", "http://cam/", Optional.of(N1)));
        change(receiver("home"));
        change(receiver("home"));

        assertThat(replies)
                .containsExactly(
                        new Reply.FeedsKept(1, Optional.of(N1)),
                        new Reply.FeedsKept(1, Optional.of(N1)),
                        new Reply.FeedsKept(2, Optional.empty()),
                        new Reply.FeedsKept(2, Optional.empty()));
        assertThat(told.get(N1)).hasSize(2);
    }

    @Test
    void refusesWhatCannotBe() {
        change(camera("front", "http://cam/", Optional.of(N2)));
        assertRefused(Reply.Kind.INVALID, "node n2 is no ingress of roadside: expected one of n1");
        change(new FeedsChange.AddCamera(
                new CameraId("front"),
                new ServiceId("roadsid"),
                Optional.empty(),
                new FeedUrl("push"),
                CameraLimits.usual()));
        assertRefused(Reply.Kind.NOT_FOUND, "Maybe you meant roadside");
        change(camera("front", "http://admin:secret@cam/", Optional.empty()));
        change(camera("front", "http://other/", Optional.empty()));
        assertRefused(Reply.Kind.CONFLICT, "there is a camera 'front' already, http://***@cam/");
        change(new FeedsChange.RemoveCamera(new CameraId("frnt")));
        assertRefused(Reply.Kind.NOT_FOUND, "Maybe you meant front");
        change(new FeedsChange.RemoveReceiver(new ReceiverId("home")));
        assertRefused(Reply.Kind.NOT_FOUND, "there is no receiver 'home'");

        assertThat(machine.durable().feeds().version()).isEqualTo(1);
    }
}

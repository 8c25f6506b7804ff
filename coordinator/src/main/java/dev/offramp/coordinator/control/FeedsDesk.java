package dev.offramp.coordinator.control;

import dev.offramp.coordinator.placement.Nearest;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Placement;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.feed.Camera;
import dev.offramp.partition.feed.CameraId;
import dev.offramp.partition.feed.Feeds;
import dev.offramp.partition.feed.Receiver;
import dev.offramp.partition.feed.ReceiverId;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Keeps cameras and receivers and tells the nodes of them. Stateless. */
final class FeedsDesk {
    /** Of all services. */
    private static final int MAX_FEEDS = 1024;

    private FeedsDesk() {}

    /** Answers an operator. */
    static void request(ControlState state, long ticket, FeedsChange change) {
        state.answer(
                ticket,
                switch (change) {
                    case FeedsChange.AddCamera add -> add(state, add);
                    case FeedsChange.RemoveCamera remove -> remove(state, remove.id());
                    case FeedsChange.AddReceiver add -> add(state, add.receiver());
                    case FeedsChange.RemoveReceiver remove -> remove(state, remove.id());
                });
    }

    private static Reply add(ControlState state, FeedsChange.AddCamera wanted) {
        Feeds feeds = state.durable().feeds();
        Optional<Service> service = service(state, wanted.service());
        if (service.isEmpty()) {
            return notPlaced(state, wanted.service());
        }
        List<NodeId> ingress = service.get().ingress();
        if (wanted.node().isEmpty() && ingress.size() > 1) {
            return new Reply.Refused(
                    Reply.Kind.INVALID,
                    "%s has several ingresses: expected one of %s\nName it with --node"
                            .formatted(wanted.service(), ingress));
        }
        NodeId node = wanted.node().orElseGet(ingress::getFirst);
        if (!ingress.contains(node)) {
            return new Reply.Refused(
                    Reply.Kind.INVALID,
                    "node %s is no ingress of %s%s"
                            .formatted(
                                    node,
                                    wanted.service(),
                                    Nearest.hint(
                                            node.value(),
                                            ingress.stream().map(NodeId::value).toList())));
        }
        Camera camera = new Camera(wanted.id(), wanted.service(), node, wanted.source(), wanted.limits());
        Camera known = feeds.cameras().get(wanted.id());
        if (known != null && !known.equals(camera)) {
            return taken("camera", wanted.id().value(), known.source().masked());
        }
        return known != null
                ? new Reply.FeedsKept(feeds.version(), Optional.of(node))
                : keep(state, feeds.with(camera), Optional.of(node));
    }

    private static Reply remove(ControlState state, CameraId id) {
        Feeds feeds = state.durable().feeds();
        return feeds.cameras().containsKey(id)
                ? keep(state, feeds.without(id), Optional.empty())
                : unknown("camera", id.value(), feeds.cameras());
    }

    private static Reply add(ControlState state, Receiver receiver) {
        Feeds feeds = state.durable().feeds();
        if (service(state, receiver.service()).isEmpty()) {
            return notPlaced(state, receiver.service());
        }
        Receiver known = feeds.receivers().get(receiver.id());
        if (known != null && !known.equals(receiver)) {
            return taken("receiver", receiver.id().value(), known.target().masked());
        }
        return known != null
                ? new Reply.FeedsKept(feeds.version(), Optional.empty())
                : keep(state, feeds.with(receiver), Optional.empty());
    }

    private static Reply remove(ControlState state, ReceiverId id) {
        Feeds feeds = state.durable().feeds();
        return feeds.receivers().containsKey(id)
                ? keep(state, feeds.without(id), Optional.empty())
                : unknown("receiver", id.value(), feeds.receivers());
    }

    private static Reply keep(ControlState state, Feeds changed, Optional<NodeId> node) {
        if (changed.cameras().size() + changed.receivers().size() > MAX_FEEDS) {
            return new Reply.Refused(
                    Reply.Kind.CONFLICT, "%d cameras and receivers are there already".formatted(MAX_FEEDS));
        }
        state.keep(state.durable().withFeeds(changed));
        broadcast(state);
        return new Reply.FeedsKept(changed.version(), node);
    }

    private static void broadcast(ControlState state) {
        List.copyOf(state.sessions()).stream()
                .sorted(java.util.Comparator.comparing(Session::node))
                .forEach(session -> synchronise(state, session));
    }

    /** Tells an agent that has just attached, or that did not answer; says nothing before the first change. */
    static void synchronise(ControlState state, Session session) {
        Feeds feeds = state.durable().feeds();
        if (feeds.version() > 0) {
            state.send(session, new NodeCommand.ApplyFeeds(feeds.of(session.node())));
        }
    }

    /** A node that has acted on newer ones than are known here: ours are to be newer still. */
    static void answered(ControlState state, long version) {
        Feeds feeds = state.durable().feeds();
        if (version > feeds.version()) {
            state.keep(state.durable().withFeeds(feeds.withVersion(version + 1)));
            broadcast(state);
        }
    }

    /** Whether the agent has not answered. */
    static boolean isBehind(ControlState state, Session session) {
        return session.feeds() < state.durable().feeds().version();
    }

    private static Optional<Service> service(ControlState state, ServiceId id) {
        return placement(state).service(id);
    }

    private static Placement placement(ControlState state) {
        return state.durable().active();
    }

    private static Reply.Refused notPlaced(ControlState state, ServiceId service) {
        List<String> placed = placement(state).services().stream()
                .map(one -> one.id().value())
                .toList();
        return new Reply.Refused(
                Reply.Kind.NOT_FOUND,
                "service '%s' is not placed%s\nPlace it with 'offramp placement apply'"
                        .formatted(service, Nearest.hint(service.value(), placed)));
    }

    private static Reply.Refused taken(String what, String name, String url) {
        return new Reply.Refused(
                Reply.Kind.CONFLICT,
                "there is a %s '%s' already, %s\nRemove it first with 'offramp %s rm %s', or choose another name"
                        .formatted(what, name, url, what, name));
    }

    private static Reply.Refused unknown(String what, String name, SortedMap<?, ?> known) {
        return new Reply.Refused(
                Reply.Kind.NOT_FOUND,
                "there is no %s '%s'%s"
                        .formatted(
                                what,
                                name,
                                Nearest.hint(
                                        name,
                                        known.keySet().stream()
                                                .map(String::valueOf)
                                                .toList())));
    }
}

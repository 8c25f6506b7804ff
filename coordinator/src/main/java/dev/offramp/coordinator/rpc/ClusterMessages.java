package dev.offramp.coordinator.rpc;

import dev.offramp.coordinator.cluster.NodeState;
import dev.offramp.coordinator.control.ClusterView;
import dev.offramp.coordinator.control.ServicePolicy;
import dev.offramp.partition.NodeId;
import dev.offramp.proto.Codec;
import dev.offramp.proto.identity.RefusalCounter;
import dev.offramp.proto.v1.GetPlacementResponse;
import dev.offramp.proto.v1.Node;
import dev.offramp.proto.v1.NodeEpoch;
import dev.offramp.proto.v1.Snapshot;
import dev.offramp.proto.v1.Telemetry;
import dev.offramp.time.NanoClock;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The cluster's state as messages. Thread-safe. */
public final class ClusterMessages {
    private final Supplier<ClusterView> view;
    private final AgentHub hub;
    private final RefusalCounter refusals;
    private final LongSupplier endedUnproved;
    private final NanoClock clock;
    private final long startedNanos;

    public ClusterMessages(
            Supplier<ClusterView> view,
            AgentHub hub,
            RefusalCounter refusals,
            LongSupplier endedUnproved,
            NanoClock clock) {
        this.view = view;
        this.hub = hub;
        this.refusals = refusals;
        this.endedUnproved = endedUnproved;
        this.clock = clock;
        this.startedNanos = clock.nanoTime();
    }

    long nowNanos() {
        return clock.nanoTime();
    }

    ClusterView view() {
        return view.get();
    }

    /** A node's last report. */
    Telemetry telemetryOf(NodeId node) {
        return hub.lastHeardOf(node).telemetry();
    }

    List<Node> nodes() {
        return view.get().nodes().values().stream().map(this::node).toList();
    }

    private Node node(ClusterView.NodeView node) {
        AgentHub.Heard heard = hub.lastHeardOf(node.member().node());
        var message = Node.newBuilder()
                .setRegistration(RegisterCodec.write(node.member().registration()))
                .setUp(node.member().state() == NodeState.UP)
                .setSilentNanos(Math.max(0, clock.nanoTime() - node.member().heardNanos()))
                .setTelemetry(heard.telemetry());
        heard.clockOffsetMillis().ifPresent(message::setClockOffsetMillis);
        return message.build();
    }

    GetPlacementResponse placement() {
        ClusterView seen = view.get();
        var message = GetPlacementResponse.newBuilder()
                .setPlacement(Codec.write(seen.durable().active()))
                .setState(seen.state());
        seen.nodes()
                .forEach((node, state) -> message.addNodes(NodeEpoch.newBuilder()
                        .setNode(node.value())
                        .setPrepared(state.prepared())
                        .setActivated(state.activated())
                        .setProblem(state.problem())));
        return message.build();
    }

    Snapshot snapshot() {
        ClusterView seen = view.get();
        var message = Snapshot.newBuilder()
                .setConnectionsEndedUnproved(endedUnproved.getAsLong())
                .setCoordinatorUptimeNanos(clock.nanoTime() - startedNanos)
                .addAllNodes(nodes())
                .setPlacement(Codec.write(seen.durable().active()));
        seen.durable().policies().values().stream()
                .map(ServicePolicy::effective)
                .forEach(policy -> message.addPolicies(Codec.write(policy)));
        refusals.counts().forEach((reason, count) -> {
            if (count > 0) {
                message.putRefused(reason.label(), count);
            }
        });
        return message.build();
    }
}

package dev.offramp.coordinator.rpc;

import dev.offramp.coordinator.control.ClusterView;
import dev.offramp.coordinator.control.ControlEvent;
import dev.offramp.coordinator.control.ControlLoop;
import dev.offramp.coordinator.control.FeedsChange;
import dev.offramp.coordinator.control.Reply;
import dev.offramp.coordinator.control.ServicePolicy;
import dev.offramp.coordinator.control.ShadowBook;
import dev.offramp.coordinator.control.pilot.SchedulerChoice;
import dev.offramp.coordinator.placement.Nearest;
import dev.offramp.coordinator.placement.PlacementRequest;
import dev.offramp.coordinator.store.Models;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.proto.Codec;
import dev.offramp.proto.FeedCodec;
import dev.offramp.proto.WireException;
import dev.offramp.proto.v1.AddCameraRequest;
import dev.offramp.proto.v1.AddReceiverRequest;
import dev.offramp.proto.v1.ApplyPlacementRequest;
import dev.offramp.proto.v1.ApplyPlacementResponse;
import dev.offramp.proto.v1.ControlGrpc;
import dev.offramp.proto.v1.DrainNodeRequest;
import dev.offramp.proto.v1.DrainNodeResponse;
import dev.offramp.proto.v1.FeedsResponse;
import dev.offramp.proto.v1.GetDecisionsRequest;
import dev.offramp.proto.v1.GetDecisionsResponse;
import dev.offramp.proto.v1.GetPlacementRequest;
import dev.offramp.proto.v1.GetPlacementResponse;
import dev.offramp.proto.v1.GetPolicyRequest;
import dev.offramp.proto.v1.GetPolicyResponse;
import dev.offramp.proto.v1.GetScenarioRequest;
import dev.offramp.proto.v1.GetScenarioResponse;
import dev.offramp.proto.v1.ListCamerasRequest;
import dev.offramp.proto.v1.ListCamerasResponse;
import dev.offramp.proto.v1.ListModelsRequest;
import dev.offramp.proto.v1.ListModelsResponse;
import dev.offramp.proto.v1.ListNodesRequest;
import dev.offramp.proto.v1.ListNodesResponse;
import dev.offramp.proto.v1.ListReceiversRequest;
import dev.offramp.proto.v1.ListReceiversResponse;
import dev.offramp.proto.v1.PushModelRequest;
import dev.offramp.proto.v1.PushModelResponse;
import dev.offramp.proto.v1.RemoveCameraRequest;
import dev.offramp.proto.v1.RemoveReceiverRequest;
import dev.offramp.proto.v1.SetPolicyRequest;
import dev.offramp.proto.v1.SetPolicyResponse;
import dev.offramp.proto.v1.SetSchedulerRequest;
import dev.offramp.proto.v1.Snapshot;
import dev.offramp.proto.v1.WatchRequest;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;

/** What operators call. Nothing here blocks. Thread-safe. */
public final class ControlService extends ControlGrpc.ControlImplBase {
    private final ControlLoop loop;
    private final ClusterMessages messages;
    private final ModelIntake intake;
    private final Models models;
    private final Watchers watchers;
    private final ShadowBook shadows;
    private final ScenarioDesk scenarios;

    public ControlService(
            ControlLoop loop,
            ClusterMessages messages,
            ModelIntake intake,
            Models models,
            Watchers watchers,
            ShadowBook shadows,
            ScenarioDesk scenarios) {
        this.loop = loop;
        this.messages = messages;
        this.intake = intake;
        this.models = models;
        this.watchers = watchers;
        this.shadows = shadows;
        this.scenarios = scenarios;
    }

    @Override
    public void listNodes(ListNodesRequest request, StreamObserver<ListNodesResponse> observer) {
        Statuses.answer(
                observer,
                ListNodesResponse.newBuilder().addAllNodes(messages.nodes()).build());
    }

    @Override
    public void drainNode(DrainNodeRequest request, StreamObserver<DrainNodeResponse> observer) {
        try {
            NodeId node = new NodeId(request.getNode());
            ask(observer, ticket -> new ControlEvent.DrainRequested(ticket, node));
        } catch (IllegalArgumentException e) {
            observer.onError(
                    Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
        }
    }

    @Override
    public StreamObserver<PushModelRequest> pushModel(StreamObserver<PushModelResponse> observer) {
        return intake.open(observer);
    }

    @Override
    public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> observer) {
        var message = ListModelsResponse.newBuilder();
        models.all().values().forEach(manifest -> message.addModels(Codec.write(manifest)));
        Statuses.answer(observer, message.build());
    }

    @Override
    public void applyPlacement(ApplyPlacementRequest message, StreamObserver<ApplyPlacementResponse> observer) {
        try {
            PlacementRequest request = RequestCodec.read(message);
            ask(observer, ticket -> new ControlEvent.PlacementRequested(ticket, request, models.all()));
        } catch (WireException e) {
            observer.onError(
                    Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
        }
    }

    @Override
    public void setPolicy(SetPolicyRequest message, StreamObserver<SetPolicyResponse> observer) {
        try {
            var request = RequestCodec.read(message);
            ask(observer, ticket -> new ControlEvent.PolicyRequested(ticket, request));
        } catch (WireException e) {
            observer.onError(
                    Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
        }
    }

    @Override
    public void setScheduler(SetSchedulerRequest message, StreamObserver<SetPolicyResponse> observer) {
        try {
            ServiceId service = RequestCodec.service(message.getService());
            Optional<SchedulerChoice> choice =
                    message.hasChoice() ? Optional.of(DecisionCodec.read(message.getChoice())) : Optional.empty();
            ask(observer, ticket -> new ControlEvent.SchedulerRequested(ticket, service, choice));
        } catch (WireException e) {
            observer.onError(
                    Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
        }
    }

    @Override
    public void addCamera(AddCameraRequest message, StreamObserver<FeedsResponse> observer) {
        change(observer, () -> FeedRpc.addition(message.getCamera()));
    }

    @Override
    public void removeCamera(RemoveCameraRequest message, StreamObserver<FeedsResponse> observer) {
        change(observer, () -> FeedRpc.removal(message));
    }

    @Override
    public void listCameras(ListCamerasRequest request, StreamObserver<ListCamerasResponse> observer) {
        Statuses.answer(observer, FeedRpc.cameras(messages.view(), messages::telemetryOf));
    }

    @Override
    public void addReceiver(AddReceiverRequest message, StreamObserver<FeedsResponse> observer) {
        change(observer, () -> new FeedsChange.AddReceiver(FeedCodec.read(message.getReceiver())));
    }

    @Override
    public void removeReceiver(RemoveReceiverRequest message, StreamObserver<FeedsResponse> observer) {
        change(observer, () -> FeedRpc.removal(message));
    }

    @Override
    public void listReceivers(ListReceiversRequest request, StreamObserver<ListReceiversResponse> observer) {
        Statuses.answer(observer, FeedRpc.receivers(messages.view(), messages::telemetryOf));
    }

    @FunctionalInterface
    private interface ChangeReader {
        FeedsChange read() throws WireException;
    }

    private void change(StreamObserver<FeedsResponse> observer, ChangeReader reader) {
        try {
            FeedsChange change = reader.read();
            ask(observer, ticket -> new ControlEvent.FeedsRequested(ticket, change));
        } catch (WireException e) {
            observer.onError(
                    Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
        }
    }

    private <T> void ask(StreamObserver<T> observer, LongFunction<ControlEvent> request) {
        CompletableFuture<Reply> answer = loop.ask(request);
        ((ServerCallStreamObserver<T>) observer).setOnCancelHandler(() -> answer.cancel(false));
        var unused = answer.thenAccept(reply -> {
            switch (reply) {
                case Reply.Applied applied ->
                    answer(
                            observer,
                            ApplyPlacementResponse.newBuilder()
                                    .setEpoch(applied.epoch())
                                    .build());
                case Reply.PolicyKept kept ->
                    answer(
                            observer,
                            SetPolicyResponse.newBuilder()
                                    .setVersion(kept.version())
                                    .build());
                case Reply.Draining draining -> answer(observer, DrainNodeResponse.getDefaultInstance());
                case Reply.FeedsKept kept ->
                    answer(
                            observer,
                            FeedsResponse.newBuilder()
                                    .setVersion(kept.version())
                                    .setNode(kept.node().map(NodeId::value).orElse(""))
                                    .build());
                case Reply.Refused refused -> observer.onError(Statuses.of(refused));
                case Reply.Described described ->
                    throw new IllegalStateException("nobody asked for a model: " + described);
            }
        });
    }

    /** Each request has its own kind of reply, which the state machine keeps to. */
    @SuppressWarnings("unchecked")
    private static <T> void answer(StreamObserver<T> observer, Object message) {
        Statuses.answer(observer, (T) message);
    }

    @Override
    public void getPlacement(GetPlacementRequest request, StreamObserver<GetPlacementResponse> observer) {
        Statuses.answer(observer, messages.placement());
    }

    @Override
    public void getPolicy(GetPolicyRequest request, StreamObserver<GetPolicyResponse> observer) {
        ClusterView view = messages.view();
        Optional<ServicePolicy> found = policy(view, request.getService(), observer);
        if (found.isEmpty()) {
            return;
        }
        ServicePolicy policy = found.get();
        var message = GetPolicyResponse.newBuilder()
                .setPolicy(Codec.write(policy.effective()))
                .setWish(Codec.write(policy.intent()))
                .setShadowRows(shadows.rows(policy.intent().service()).size());
        Optional.ofNullable(view.durable().choices().get(policy.intent().service()))
                .ifPresent(choice -> message.setScheduler(choice.scheduler()));
        view.nodes().forEach((node, state) -> {
            if (RequestCodec.serves(view.durable(), policy.intent().service(), node)) {
                message.putAcknowledged(
                        node.value(),
                        state.policies().getOrDefault(policy.intent().service(), 0L));
            }
        });
        Statuses.answer(observer, message.build());
    }

    /** The policy of a service; if there is none, the asker is told so. */
    private static Optional<ServicePolicy> policy(ClusterView view, String service, StreamObserver<?> observer) {
        Optional<ServicePolicy> found = view.durable().policies().values().stream()
                .filter(policy -> policy.intent().service().value().equals(service))
                .findFirst();
        if (found.isEmpty()) {
            List<String> known = view.durable().policies().keySet().stream()
                    .map(one -> one.value())
                    .toList();
            observer.onError(Status.NOT_FOUND
                    .withDescription("there is no policy of '%s'%s".formatted(service, Nearest.hint(service, known)))
                    .asRuntimeException());
        }
        return found;
    }

    @Override
    public void getDecisions(GetDecisionsRequest request, StreamObserver<GetDecisionsResponse> observer) {
        ClusterView view = messages.view();
        Optional<ServicePolicy> found = policy(view, request.getService(), observer);
        if (found.isEmpty()) {
            return;
        }
        ServiceId service = found.get().intent().service();
        var message = GetDecisionsResponse.newBuilder()
                .setPolicy(Codec.write(found.get().effective()));
        Optional.ofNullable(view.durable().choices().get(service))
                .ifPresent(choice -> message.setChoice(DecisionCodec.write(choice)));
        view.decisions()
                .getOrDefault(service, List.of())
                .forEach(decision -> message.addDecisions(DecisionCodec.write(decision, messages.nowNanos())));
        Statuses.answer(observer, message.build());
    }

    @Override
    public void getScenario(GetScenarioRequest request, StreamObserver<GetScenarioResponse> observer) {
        scenarios.answer(request, observer);
    }

    @Override
    public void watch(WatchRequest request, StreamObserver<Snapshot> observer) {
        watchers.add((ServerCallStreamObserver<Snapshot>) observer);
    }
}

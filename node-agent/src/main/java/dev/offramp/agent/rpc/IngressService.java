package dev.offramp.agent.rpc;

import dev.offramp.agent.core.AgentEffect;
import dev.offramp.agent.ingress.CameraDoor;
import dev.offramp.agent.ingress.CameraRights;
import dev.offramp.agent.ingress.ErrorCode;
import dev.offramp.agent.ingress.RefusalCounter;
import dev.offramp.agent.ingress.RefusalException;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.feed.CameraId;
import dev.offramp.proto.access.Caller;
import dev.offramp.proto.v1.Frame;
import dev.offramp.proto.v1.FrameFate;
import dev.offramp.proto.v1.IngressGrpc;
import dev.offramp.proto.v1.OutcomeReport;
import dev.offramp.proto.v1.OutcomesRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Frames in, outcomes out, over gRPC. Thread-safe. */
public final class IngressService extends IngressGrpc.IngressImplBase {
    private final CameraDoor door;
    private final Function<ServiceId, Optional<Service>> services;
    private final RefusalCounter refusals;
    private final Optional<CameraRights> rights;
    private final int maxFrameBytes;
    private final int maxSubscribers;
    private final Set<Subscriber> subscribers = ConcurrentHashMap.newKeySet();

    /**
     * @param services those that this node is an ingress of
     * @param rights empty where certificates are off
     */
    public IngressService(
            CameraDoor door,
            Function<ServiceId, Optional<Service>> services,
            RefusalCounter refusals,
            Optional<CameraRights> rights,
            int maxFrameBytes,
            int maxSubscribers) {
        this.door = door;
        this.services = services;
        this.refusals = refusals;
        this.rights = rights;
        this.maxFrameBytes = maxFrameBytes;
        this.maxSubscribers = maxSubscribers;
    }

    @Override
    public StreamObserver<Frame> frames(StreamObserver<FrameFate> fates) {
        return new FrameStream((ServerCallStreamObserver<FrameFate>) fates, Caller.current(), this);
    }

    Optional<Service> service(String name) {
        try {
            return services.apply(new ServiceId(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Where a camera's frames come in.
     *
     * @param caller empty where certificates are off
     * @throws RefusalException if there is no such camera, or the caller may not send as it
     */
    CameraDoor.Entrance entrance(Optional<Caller> caller, String service, String name) throws RefusalException {
        ServiceId id;
        try {
            id = new ServiceId(service);
        } catch (IllegalArgumentException e) {
            throw CameraDoor.unknownCamera(service, name);
        }
        if (rights.isPresent()) {
            rights.get().admit(caller.orElseThrow().identity(), id, name);
        }
        return door.camera(id, name).orElseThrow(() -> CameraDoor.unknownCamera(service, name));
    }

    /** Whether one more frame, of that size, may come in now. */
    void admitOneMore(Optional<Caller> caller, int frameBytes) throws RefusalException {
        if (frameBytes > maxFrameBytes) {
            throw new RefusalException(
                    ErrorCode.OVERSIZE,
                    "the frame has %d bytes".formatted(frameBytes),
                    "at most %d".formatted(maxFrameBytes),
                    "Compress the frame, or raise --max-body");
        }
        if (rights.isPresent()) {
            rights.get().admitOneMore(caller.orElseThrow().identity(), frameBytes);
        }
    }

    /** Whether a caller's certificate is still good: streams may outlive it. */
    void examine(Optional<Caller> caller) throws RefusalException {
        if (rights.isPresent()) {
            var unused = rights.get().member(caller.orElseThrow().certificate());
        }
    }

    static StatusRuntimeException unauthenticated(RefusalException refusal) {
        return Status.UNAUTHENTICATED.withDescription(refusal.getMessage()).asRuntimeException();
    }

    void refused(RefusalException refusal) {
        refusals.refused(Optional.empty(), refusal.code());
    }

    @Override
    public void outcomes(OutcomesRequest request, StreamObserver<OutcomeReport> reports) {
        Optional<Service> service = service(request.getService());
        if (service.isEmpty()) {
            refusals.refused(Optional.empty(), ErrorCode.UNKNOWN_SERVICE);
            reports.onError(Status.NOT_FOUND
                    .withDescription(
                            "service '%s' has no ingress on this node: expected a service placed with it as ingress"
                                    .formatted(request.getService()))
                    .asRuntimeException());
        } else if (subscribers.size() >= maxSubscribers) {
            refusals.refused(service.map(Service::id), ErrorCode.BUSY);
            reports.onError(Status.RESOURCE_EXHAUSTED
                    .withDescription(
                            "%d subscribers listen already: expected at most so many".formatted(maxSubscribers))
                    .asRuntimeException());
        } else {
            Subscriber subscriber = new Subscriber(
                    service.get().id(), Caller.current(), (ServerCallStreamObserver<OutcomeReport>) reports);
            subscriber.reports.setOnCancelHandler(() -> subscribers.remove(subscriber));
            subscribers.add(subscriber);
        }
    }

    /** Tells the subscribers of a service what became of a job; never blocks. */
    public void publish(Service service, AgentEffect.Answer answer, Optional<CameraId> camera) {
        if (!subscribers.isEmpty()) {
            OutcomeReport report = OutcomeReports.write(service, answer, camera);
            for (Subscriber subscriber : subscribers) {
                if (subscriber.service.equals(service.id())) {
                    subscriber.tell(report);
                }
            }
        }
    }

    /** Ends the streams of subscribers whose certificates count no more. */
    public void examine() {
        subscribers.forEach(Subscriber::mayListen);
    }

    private final class Subscriber {
        private final ServiceId service;
        private final Optional<Caller> caller;
        private final ServerCallStreamObserver<OutcomeReport> reports;
        private long missed;

        Subscriber(ServiceId service, Optional<Caller> caller, ServerCallStreamObserver<OutcomeReport> reports) {
            this.service = service;
            this.caller = caller;
            this.reports = reports;
        }

        synchronized boolean mayListen() {
            try {
                IngressService.this.examine(caller);
                return true;
            } catch (RefusalException e) {
                if (subscribers.remove(this)) {
                    refused(e);
                    reports.onError(unauthenticated(e));
                }
                return false;
            }
        }

        synchronized void tell(OutcomeReport report) {
            if (!mayListen()) {
                return;
            }
            if (reports.isReady()) {
                reports.onNext(report.toBuilder().setMissed(missed).build());
                missed = 0;
            } else {
                missed++;
                refusals.outcomesDropped(1);
            }
        }
    }
}

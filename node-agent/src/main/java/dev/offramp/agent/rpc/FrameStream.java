package dev.offramp.agent.rpc;

import dev.offramp.agent.core.AgentEffect;
import dev.offramp.agent.ingress.CameraDoor;
import dev.offramp.agent.ingress.ErrorCode;
import dev.offramp.agent.ingress.RefusalException;
import dev.offramp.partition.Service;
import dev.offramp.partition.feed.CameraId;
import dev.offramp.proto.access.Caller;
import dev.offramp.proto.v1.Frame;
import dev.offramp.proto.v1.FrameFate;
import dev.offramp.proto.v1.Refusal;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/**
 * One camera's stream of frames. The next frame is read when the fates of those before find room on their way back, so what
 * waits here is bounded. Thread-safe.
 */
final class FrameStream implements StreamObserver<Frame> {
    private final ServerCallStreamObserver<FrameFate> fates;
    private final Optional<Caller> caller;
    private final IngressService ingress;
    private String service = "";
    private String camera = "";
    private boolean named;
    private boolean owesRequest;
    private boolean inputOver;
    private boolean over;
    private int withoutFate;

    /** @param caller empty where certificates are off */
    FrameStream(ServerCallStreamObserver<FrameFate> fates, Optional<Caller> caller, IngressService ingress) {
        this.fates = fates;
        this.caller = caller;
        this.ingress = ingress;
        fates.disableAutoRequest();
        fates.setOnReadyHandler(this::ready);
        fates.setOnCancelHandler(this::cancelled);
        fates.request(1);
    }

    private synchronized void ready() {
        if (owesRequest && !over) {
            owesRequest = false;
            fates.request(1);
        }
    }

    private synchronized void cancelled() {
        over = true;
    }

    @Override
    public void onNext(Frame frame) {
        synchronized (this) {
            if (!named) {
                named = true;
                service = frame.getService();
                camera = frame.getCamera();
            }
            withoutFate++;
        }
        try {
            ingress.examine(caller);
        } catch (RefusalException e) {
            ingress.refused(e);
            fail(e);
            return;
        }
        take(frame);
        synchronized (this) {
            owesRequest = true;
            if (fates.isReady()) {
                ready();
            }
        }
    }

    private synchronized void fail(RefusalException refusal) {
        if (!over) {
            over = true;
            fates.onError(IngressService.unauthenticated(refusal));
        }
    }

    private void take(Frame frame) {
        long number = frame.getNumber();
        try {
            CameraDoor.Entrance entrance = ingress.entrance(caller, service, camera);
            if (admits(entrance, frame)) {
                var unused = entrance.frame(frame.getImage().toByteArray(), new Fate(number));
            }
        } catch (RefusalException e) {
            ingress.refused(e);
            refuse(number, e);
        }
    }

    private boolean admits(CameraDoor.Entrance entrance, Frame frame) {
        try {
            ingress.admitOneMore(caller, frame.getImage().size());
            return true;
        } catch (RefusalException e) {
            entrance.refused(e.code());
            refuse(frame.getNumber(), e);
            return false;
        }
    }

    private void refuse(long number, RefusalException refusal) {
        send(FrameFate.newBuilder()
                .setNumber(number)
                .setRefused(Refusal.newBuilder()
                        .setCode(refusal.code().label())
                        .setMessage(String.valueOf(refusal.getMessage()))
                        .setExpected(refusal.expected())
                        .setHint(refusal.hint()))
                .build());
    }

    private synchronized void send(FrameFate fate) {
        withoutFate--;
        if (!over) {
            fates.onNext(fate);
            completeIfDone();
        }
    }

    private void completeIfDone() {
        if (inputOver && withoutFate == 0 && !over) {
            over = true;
            fates.onCompleted();
        }
    }

    @Override
    public synchronized void onError(Throwable t) {
        over = true;
    }

    @Override
    public synchronized void onCompleted() {
        inputOver = true;
        completeIfDone();
    }

    private final class Fate implements dev.offramp.agent.ingress.FrameFate {
        private final long number;

        Fate(long number) {
            this.number = number;
        }

        @Override
        public void skipped(String reason) {
            send(FrameFate.newBuilder().setNumber(number).setSkipped(reason).build());
        }

        @Override
        public void refused(RefusalException refusal) {
            refuse(number, refusal);
        }

        @Override
        public void done(AgentEffect.Answer answer) {
            Optional<Service> placed = ingress.service(service);
            if (placed.isPresent()) {
                send(FrameFate.newBuilder()
                        .setNumber(number)
                        .setOutcome(OutcomeReports.write(placed.get(), answer, Optional.of(new CameraId(camera))))
                        .build());
            } else {
                refuse(
                        number,
                        new RefusalException(
                                ErrorCode.UNKNOWN_SERVICE,
                                "service '%s' has gone from this node".formatted(service),
                                "a service placed with this node as ingress",
                                "Maybe the placement has just changed"));
            }
        }
    }
}

package dev.offramp.agent.forward.grpc;

import dev.offramp.agent.core.Activation;
import dev.offramp.agent.core.AgentEvent;
import dev.offramp.agent.core.PeerLink;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.job.JobId;
import dev.offramp.partition.job.LossReason;
import dev.offramp.partition.job.Outcome;
import dev.offramp.partition.job.Timings;
import dev.offramp.proto.Codec;
import dev.offramp.proto.WireException;
import dev.offramp.proto.stream.Down;
import dev.offramp.proto.v1.Downstream;
import dev.offramp.proto.v1.Hello;
import dev.offramp.proto.v1.Mark;
import dev.offramp.proto.v1.Transfer;
import dev.offramp.proto.v1.Upstream;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One accepted stream. The next message is asked for when the core has taken the last one and the neighbour reads what
 * it is told: so neither the mailbox nor gRPC's buffers grow. Thread-safe.
 */
final class UpstreamSession implements StreamObserver<Down> {
    private static final Logger log = LoggerFactory.getLogger(UpstreamSession.class);

    private final DataPlaneService service;
    private final long stream;
    private final ServerCallStreamObserver<Upstream> responses;
    private final Landing landing;
    private @Nullable PeerLink link;
    private boolean asking;
    private boolean over;

    UpstreamSession(DataPlaneService service, long stream, ServerCallStreamObserver<Upstream> responses) {
        this.service = service;
        this.stream = stream;
        this.responses = responses;
        this.landing = new Landing(service.maxActivationBytes());
    }

    void start() {
        responses.disableAutoRequest();
        responses.setOnReadyHandler(this::askIfReady);
        responses.setOnCancelHandler(() -> end(() -> {}));
        ask();
    }

    /** Called once per message taken. */
    private synchronized void ask() {
        asking = true;
        askIfReady();
    }

    private synchronized void askIfReady() {
        if (asking && !over && (link == null || responses.isReady())) {
            asking = false;
            responses.request(1);
        }
    }

    synchronized void send(Upstream message) {
        if (!over && !responses.isCancelled()) {
            responses.onNext(message);
        }
    }

    @Override
    public void onNext(Down message) {
        try {
            PeerLink from = link;
            if (from == null) {
                greet(message);
            } else {
                take(from, message);
            }
        } catch (WireException e) {
            service.counters().recordMalformed();
            log.warn("stream {} is refused: {}", stream, e.getMessage());
            refuse(Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
        }
    }

    private void greet(Down message) throws WireException {
        if (!(message instanceof Down.Plain first) || !first.message().hasHello()) {
            throw new WireException("a stream began with %s: expected hello".formatted(name(message)));
        }
        Hello hello = first.message().getHello();
        try {
            PeerLink opened = new PeerLink(new NodeId(hello.getNode()), stream);
            link = opened;
            service.opened(opened, this);
        } catch (IllegalArgumentException e) {
            throw new WireException("hello names no node: " + e.getMessage());
        }
        send(Upstream.newBuilder().setHello(service.hello()).build());
        ask();
    }

    private static String name(Down message) {
        return switch (message) {
            case Down.Plain plain -> plain.message().getMessageCase().name();
            case Down.Begun begun -> "TRANSFER";
            case Down.Continued continued -> "PIECE";
            case Down.Malformed malformed -> malformed.why();
        };
    }

    private void take(PeerLink from, Down message) throws WireException {
        switch (message) {
            case Down.Begun begun -> landed(from, landing.begin(begun.header(), begun.payload()));
            case Down.Continued piece -> landed(from, landing.goOn(piece.payload()));
            case Down.Plain plain -> take(from, plain.message());
            case Down.Malformed malformed -> throw new WireException(malformed.why());
        }
    }

    private void take(PeerLink from, Downstream message) throws WireException {
        switch (message.getMessageCase()) {
            case OFFER -> takeJob(from, message.getOffer().getJob(), null);
            case WITHDRAW ->
                post(new AgentEvent.OfferWithdrawn(
                        from, Codec.read(message.getWithdraw().getJob())));
            case MARK -> {
                returnMark(message.getMark().getNumber());
                ask();
            }
            case HELLO, TRANSFER, PIECE, MESSAGE_NOT_SET ->
                throw new WireException(
                        "%s in the middle of a stream: expected offer, transfer, piece, withdraw or mark"
                                .formatted(message.getMessageCase()));
        }
    }

    private void landed(PeerLink from, Landing.State state) throws WireException {
        switch (state) {
            case Landing.State.UnderWay underWay -> ask();
            case Landing.State.Whole whole -> {
                returnMark(whole.header());
                takeJob(from, whole.header().getJob(), new Activation(whole.bytes()));
            }
            case Landing.State.Oversize oversize -> {
                returnMark(oversize.header());
                JobId id = Codec.read(oversize.header().getJob().getId());
                lose(from, id, LossReason.OVERSIZE, oversize.why());
            }
        }
    }

    private void returnMark(Transfer transfer) {
        if (transfer.getMark() != 0) {
            returnMark(transfer.getMark());
        }
    }

    private void returnMark(long number) {
        send(Upstream.newBuilder().setMark(Mark.newBuilder().setNumber(number)).build());
    }

    /** A job that can be named but not understood has an outcome like any other; the stream lives on. */
    private void takeJob(PeerLink from, dev.offramp.proto.v1.Job message, @Nullable Activation activation)
            throws WireException {
        JobId id = Codec.read(message.getId());
        try {
            if (activation != null && activation.size() != message.getActivationBytes()) {
                throw new WireException("it comes with %d bytes and says %d"
                        .formatted(activation.size(), message.getActivationBytes()));
            }
            var job = JobCodec.read(message, service.clock().nanoTime());
            post(
                    activation == null
                            ? new AgentEvent.JobOffered(from, job)
                            : new AgentEvent.JobTransferred(from, job, activation));
        } catch (WireException e) {
            lose(from, id, LossReason.MODEL_MISMATCH, String.valueOf(e.getMessage()));
        }
    }

    private void lose(PeerLink from, JobId id, LossReason reason, String why) {
        service.counters().recordMalformed();
        log.warn("job {} of {} is refused: {}", id, from.peer(), why);
        Outcome lost = new Outcome.Lost(reason, service.node());
        send(Upstream.newBuilder()
                .setOutcome(Codec.write(id, lost, Timings.ZERO))
                .build());
        ask();
    }

    private void post(AgentEvent event) {
        service.mailbox().post(event, this::ask);
    }

    private void refuse(Status status) {
        end(() -> responses.onError(status.asRuntimeException()));
    }

    @Override
    public void onError(Throwable t) {
        end(() -> {});
    }

    @Override
    public void onCompleted() {
        end(responses::onCompleted);
    }

    /** @param last word on the stream; the core's thread can say nothing after it */
    private void end(Runnable last) {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            if (!responses.isCancelled()) {
                last.run();
            }
        }
        PeerLink ended = link;
        if (ended != null) {
            service.ended(ended);
            service.mailbox().post(new AgentEvent.UpstreamDown(ended));
        }
    }
}

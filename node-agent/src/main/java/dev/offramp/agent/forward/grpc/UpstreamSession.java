package dev.offramp.agent.forward.grpc;

import dev.offramp.agent.core.Activation;
import dev.offramp.agent.core.AgentEvent;
import dev.offramp.agent.core.PeerLink;
import dev.offramp.partition.ActivationCodec;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.job.JobId;
import dev.offramp.partition.job.LossReason;
import dev.offramp.partition.job.Outcome;
import dev.offramp.partition.job.Timings;
import dev.offramp.proto.Codec;
import dev.offramp.proto.Enums;
import dev.offramp.proto.WireException;
import dev.offramp.proto.access.Caller;
import dev.offramp.proto.identity.Refusal;
import dev.offramp.proto.stream.Down;
import dev.offramp.proto.v1.Decoded;
import dev.offramp.proto.v1.Downstream;
import dev.offramp.proto.v1.Hello;
import dev.offramp.proto.v1.Mark;
import dev.offramp.proto.v1.Transfer;
import dev.offramp.proto.v1.Upstream;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One accepted stream. The next message is asked for when the core has taken the last one and the neighbour reads what
 * it is told: so neither the mailbox nor gRPC's buffers grow. Thread-safe.
 */
final class UpstreamSession implements StreamObserver<Down> {
    private static final Logger log = LoggerFactory.getLogger(UpstreamSession.class);

    /** Between two words about how long decoding takes. */
    private static final long TELL_NANOS = 250_000_000;

    private final DataPlaneService service;
    private final long stream;
    private final ServerCallStreamObserver<Upstream> responses;
    private final Landing landing;
    private final Optional<Caller> caller;
    /** When the first piece of the transfer under way had come. */
    private long begunNanos;

    private @Nullable PeerLink link;
    private boolean asking;
    private boolean over;
    private boolean told;
    private long toldNanos;

    /** @param caller empty where certificates are off */
    UpstreamSession(
            DataPlaneService service,
            long stream,
            ServerCallStreamObserver<Upstream> responses,
            Optional<Caller> caller) {
        this.service = service;
        this.stream = stream;
        this.responses = responses;
        this.landing = new Landing(service.landingMemory(), service.maxActivationBytes());
        this.caller = caller;
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

    /** Holds the lock as {@link #end} does, which may come from any thread: nobody writes into memory that is handed back. */
    @Override
    public synchronized void onNext(Down message) {
        if (over) {
            return;
        }
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
        if (caller.isPresent() && !caller.get().identity().name().equals(hello.getNode())) {
            overstep(Refusal.WRONG_NAME, "it says it is node '%s'".formatted(hello.getNode()));
            return;
        }
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
            case Down.Begun begun -> {
                begunNanos = service.clock().nanoTime();
                landed(from, landing.begin(begun.header(), begun.payload()));
            }
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
                decode(from, whole.header(), whole.activation());
            }
            case Landing.State.Oversize oversize -> {
                returnMark(oversize.header());
                JobId id = Codec.read(oversize.header().getJob().getId());
                lose(from, id, LossReason.OVERSIZE, oversize.why());
            }
        }
    }

    /** What is not as it was is decoded on another thread; the next message is asked for after that. */
    private void decode(PeerLink from, Transfer transfer, Activation arrived) throws WireException {
        var job = transfer.getJob();
        switch (transfer.getCodec()) {
            case ACTIVATION_CODEC_UNSPECIFIED, FP32 -> takeJob(from, job, arrived);
            case UNRECOGNIZED -> {
                arrived.handBack().run();
                refuseEncoding(
                        from,
                        Codec.read(job.getId()),
                        "codec %d is not known here. Maybe the neighbour is a newer offramp"
                                .formatted(transfer.getCodecValue()));
            }
            default -> decode(from, job, Enums.read(transfer.getCodec()), arrived);
        }
    }

    private void decode(PeerLink from, dev.offramp.proto.v1.Job job, ActivationCodec codec, Activation arrived)
            throws WireException {
        JobId id = Codec.read(job.getId());
        long expected = job.getActivationBytes();
        if (expected < 0 || expected > service.maxActivationBytes()) {
            arrived.handBack().run();
            lose(
                    from,
                    id,
                    LossReason.OVERSIZE,
                    "an activation of %d bytes: expected at most %d".formatted(expected, service.maxActivationBytes()));
            return;
        }
        service.transcoder().decode(codec, arrived.bytes(), Math.toIntExact(expected), new Transcoder.Decoding() {
            @Override
            public void done(ByteBuffer activation, long nanos) {
                arrived.handBack().run();
                tellNowAndThen(job, codec, nanos);
                takeJob(from, id, job, new Activation(activation));
            }

            @Override
            public void refused(String why) {
                arrived.handBack().run();
                refuseEncoding(from, id, why);
            }
        });
    }

    private void refuseEncoding(PeerLink from, JobId id, String why) {
        service.counters().recordUndecoded();
        lose(from, id, LossReason.DECODE, why);
    }

    private synchronized void tellNowAndThen(dev.offramp.proto.v1.Job job, ActivationCodec codec, long nanos) {
        long now = service.clock().nanoTime();
        if (told && now - toldNanos < TELL_NANOS) {
            return;
        }
        told = true;
        toldNanos = now;
        send(Upstream.newBuilder()
                .setDecoded(Decoded.newBuilder()
                        .setService(job.getService())
                        .setChain(job.getChain())
                        .setHop(job.getHop())
                        .setCodec(Enums.write(codec))
                        .setNanos(nanos))
                .build());
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
        takeJob(from, Codec.read(message.getId()), message, activation);
    }

    private void takeJob(PeerLink from, JobId id, dev.offramp.proto.v1.Job message, @Nullable Activation activation) {
        try {
            if (activation != null && activation.size() != message.getActivationBytes()) {
                throw new WireException("it comes with %d bytes and says %d"
                        .formatted(activation.size(), message.getActivationBytes()));
            }
            long arrivedNanos = activation == null ? service.clock().nanoTime() : begunNanos;
            var job = JobCodec.read(message, arrivedNanos);
            if (caller.isPresent() && !service.mayCome(from.peer(), job)) {
                if (activation != null) {
                    activation.handBack().run();
                }
                overstep(Refusal.NOT_A_NEIGHBOUR, "hop %d of %s is not after it".formatted(job.hop(), job.chain()));
                return;
            }
            post(
                    activation == null
                            ? new AgentEvent.JobOffered(from, job)
                            : new AgentEvent.JobTransferred(from, job, activation));
        } catch (WireException e) {
            if (activation != null) {
                activation.handBack().run();
            }
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

    /** Of a stream that has ended the core hears nothing more. */
    private synchronized void post(AgentEvent event) {
        if (!over) {
            service.mailbox().post(event, this::ask);
        }
    }

    void unproved(Duration connectionAge) {
        String what = "no certificate was shown for %d s".formatted(connectionAge.toSeconds());
        log.warn("stream {} is ended: {}", stream, what);
        refuse(Status.UNAUTHENTICATED.withDescription(what));
    }

    void revoked(Set<BigInteger> serials) {
        if (caller.isPresent() && serials.contains(caller.get().certificate().getSerialNumber())) {
            log.warn(
                    "stream {} is ended: the certificate of {} is revoked",
                    stream,
                    caller.get().identity());
            refuse(Status.UNAUTHENTICATED.withDescription("its certificate is revoked"));
        }
    }

    /** A member does what is not its business: nothing more is heard of it on this stream. */
    private void overstep(Refusal reason, String what) {
        service.refused(reason);
        log.warn("stream {} of {} is refused: {}", stream, caller.orElseThrow().identity(), what);
        refuse(Status.PERMISSION_DENIED.withDescription(what));
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
    private synchronized void end(Runnable last) {
        if (over) {
            return;
        }
        over = true;
        if (!responses.isCancelled()) {
            last.run();
        }
        landing.close();
        PeerLink ended = link;
        if (ended != null) {
            service.ended(ended);
            service.mailbox().post(new AgentEvent.UpstreamDown(ended));
        }
    }
}

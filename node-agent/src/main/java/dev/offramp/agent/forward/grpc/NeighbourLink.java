package dev.offramp.agent.forward.grpc;

import dev.offramp.agent.codec.Encoded;
import dev.offramp.agent.core.AgentEffect;
import dev.offramp.agent.core.AgentEvent;
import dev.offramp.agent.forward.BackOff;
import dev.offramp.agent.forward.LinkCounters;
import dev.offramp.agent.forward.LinkState;
import dev.offramp.agent.loop.Mailbox;
import dev.offramp.partition.ActivationCodec;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.job.JobId;
import dev.offramp.partition.job.LossReason;
import dev.offramp.partition.job.Outcome;
import dev.offramp.proto.Codec;
import dev.offramp.proto.Enums;
import dev.offramp.proto.WireException;
import dev.offramp.proto.stream.DataPlane;
import dev.offramp.proto.stream.Down;
import dev.offramp.proto.v1.Downstream;
import dev.offramp.proto.v1.Hello;
import dev.offramp.proto.v1.Mark;
import dev.offramp.proto.v1.Offer;
import dev.offramp.proto.v1.Transfer;
import dev.offramp.proto.v1.Upstream;
import dev.offramp.proto.v1.Withdraw;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Scheduler;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream to one neighbour, opened again whenever it ends. What the core gives waits here until the transport is
 * ready; that is never more than the core's transfer window and its small messages. Thread-safe.
 */
final class NeighbourLink {
    private static final Logger log = LoggerFactory.getLogger(NeighbourLink.class);

    /**
     * What every link of this node shares.
     *
     * @param sharedCore whether encoding takes its time from the servers
     * @param nextTurn runs a task when what the streams were given so far has been written
     */
    record Context(
            NodeId self,
            Supplier<Hello> hello,
            Transcoder transcoder,
            boolean sharedCore,
            long maxActivationBytes,
            int pieceBytes,
            Mailbox mailbox,
            NanoClock clock,
            Scheduler scheduler,
            Executor nextTurn,
            LinkCounters counters) {}

    private final NodeId peer;
    private final ManagedChannel channel;
    private final BackOff backOff;
    private final Context context;
    private final LinkEncoding encoding;
    private @Nullable Session session;
    private boolean closed;

    NeighbourLink(NodeId peer, ManagedChannel channel, BackOff backOff, Context context) {
        this.peer = peer;
        this.channel = channel;
        this.backOff = backOff;
        this.context = context;
        this.encoding = new LinkEncoding(context.transcoder(), context.clock(), context.sharedCore());
    }

    synchronized void open() {
        if (!closed && session == null) {
            Session opened = new Session();
            session = opened;
            // The pace of attempts is ours, not the channel's.
            channel.resetConnectBackoff();
            var unused =
                    ClientCalls.asyncBidiStreamingCall(channel.newCall(DataPlane.JOBS, CallOptions.DEFAULT), opened);
        }
    }

    void send(AgentEffect effect) {
        Session current = session();
        if (current != null) {
            current.send(new Outgoing(effect));
        }
    }

    /** Null: the core is about to hear that the peer is down. */
    private synchronized @Nullable Session session() {
        return session;
    }

    void send(AgentEffect.SendTransfer effect) {
        if (effect.activation().size() > context.maxActivationBytes()) {
            // The neighbour would end the whole stream over it.
            effect.activation().handBack().run();
            JobId job = effect.job().id();
            Outcome lost = new Outcome.Lost(LossReason.OVERSIZE, context.self());
            context.mailbox().post(new AgentEvent.TransferSent(peer, job, 0));
            context.mailbox()
                    .post(new AgentEvent.OutcomeArrived(
                            peer, job, lost, effect.job().timings()));
            return;
        }
        Session current = session();
        if (current != null) {
            encoding.encode(effect, current);
        }
    }

    LinkState state() {
        return encoding.state();
    }

    /** The core hears at once that the peer is down, and nothing of this link after that. */
    void close() {
        Session open;
        synchronized (this) {
            closed = true;
            open = session;
            session = null;
            if (open != null) {
                context.mailbox().post(new AgentEvent.PeerDown(peer, LossReason.LINK_LOST));
            }
        }
        if (open != null) {
            open.complete();
        }
        channel.shutdownNow();
    }

    private synchronized void post(Session from, AgentEvent event) {
        if (session == from) {
            context.mailbox().post(event, from::requestNext);
        }
    }

    private void ended(Session endedSession, Status status) {
        Duration delay;
        synchronized (this) {
            if (session != endedSession) {
                return;
            }
            session = null;
            encoding.streamEnded();
            delay = backOff.next();
        }
        LossReason reason = StreamEnd.classify(status);
        log.warn(
                "stream to {} ended ({}: {}), next attempt in {} ms",
                peer,
                reason.label(),
                StreamEnd.describe(status),
                delay.toMillis());
        context.mailbox().post(new AgentEvent.PeerDown(peer, reason));
        context.counters().recordReconnect();
        context.scheduler().schedule(delay, this::open);
    }

    private synchronized void greeted() {
        backOff.reset();
    }

    /** One life of the stream. */
    private final class Session implements ClientResponseObserver<Down, Upstream>, LinkEncoding.Queue {
        private final Deque<Outgoing> waiting = new ArrayDeque<>();
        /** What is left of the transfer that is being sent. */
        private final Deque<Down> pieces = new ArrayDeque<>();

        private AgentEffect.@Nullable SendTransfer beingSent;
        /** A mark is being written, and nothing may follow it yet. */
        private boolean marking;
        /** Spent so far on the transfer that is being sent. */
        private long serialiseNanos;

        private @Nullable ClientCallStreamObserver<Down> requests;
        private boolean over;
        private boolean saidHello;
        private boolean up;

        @Override
        public void beforeStart(ClientCallStreamObserver<Down> requestStream) {
            requests = requestStream;
            requestStream.disableAutoRequestWithInitial(1);
            requestStream.setOnReadyHandler(this::drain);
        }

        @Override
        public synchronized void send(Outgoing outgoing) {
            if (!over && !takesBack(outgoing.effect())) {
                waiting.add(outgoing);
                drain();
            }
        }

        @Override
        public synchronized void encoded(Outgoing outgoing, Encoded encoded) {
            outgoing.becomes(encoded);
            drain();
        }

        /** An offer that still waits goes without a word, so that a neighbour that does not read lets nothing grow. */
        private boolean takesBack(AgentEffect effect) {
            return effect instanceof AgentEffect.SendWithdraw withdraw
                    && waiting.removeIf(before -> before.effect() instanceof AgentEffect.SendOffer offer
                            && offer.job().id().equals(withdraw.job()));
        }

        private synchronized void drain() {
            if (requests == null || over || marking || !requests.isReady()) {
                return;
            }
            if (!saidHello) {
                saidHello = true;
                requests.onNext(Down.of(
                        Downstream.newBuilder().setHello(context.hello().get()).build()));
            }
            while (requests.isReady() && !marking && !(pieces.isEmpty() && !isNextReady())) {
                long start = context.clock().nanoTime();
                if (pieces.isEmpty()) {
                    serialiseNanos = 0;
                    begin(requests, waiting.remove(), start);
                } else {
                    requests.onNext(pieces.remove());
                }
                serialiseNanos += context.clock().nanoTime() - start;
                reportSent();
            }
        }

        /** What comes after an activation that is being encoded waits for it: jobs keep their order. */
        private boolean isNextReady() {
            Outgoing next = waiting.peek();
            return next != null && next.isReady();
        }

        private void begin(StreamObserver<Down> requests, Outgoing next, long now) {
            switch (next.effect()) {
                case AgentEffect.SendOffer offer ->
                    requests.onNext(Down.of(Downstream.newBuilder()
                            .setOffer(Offer.newBuilder().setJob(JobCodec.write(offer.job(), now)))
                            .build()));
                case AgentEffect.SendTransfer transfer -> {
                    Encoded encoded = next.encoded();
                    long mark = encoding.sent(next, transfer, now);
                    beingSent = transfer;
                    pieces.addAll(DataPlane.transfer(
                            Transfer.newBuilder()
                                    .setJob(JobCodec.write(
                                            transfer.job(),
                                            arrivalNanos(encoded.bytes().remaining(), now)))
                                    .setCodec(codec(encoded))
                                    .setMark(mark),
                            encoded.bytes(),
                            context.pieceBytes()));
                    if (mark == 0) {
                        requests.onNext(pieces.remove());
                    } else {
                        mark(requests, mark - 1);
                    }
                }
                case AgentEffect.SendWithdraw withdraw ->
                    requests.onNext(Down.of(Downstream.newBuilder()
                            .setWithdraw(Withdraw.newBuilder().setJob(Codec.write(withdraw.job())))
                            .build()));
                default -> throw new IllegalArgumentException("nothing for a neighbour: " + next.effect());
            }
        }

        /** Goes in a frame of its own: of one that it shared with up to 16 KiB of the transfer it would come out as late as they. */
        private void mark(StreamObserver<Down> requests, long number) {
            requests.onNext(Down.of(Downstream.newBuilder()
                    .setMark(Mark.newBuilder().setNumber(number))
                    .build()));
            marking = true;
            context.nextTurn().execute(this::marked);
        }

        private synchronized void marked() {
            marking = false;
            drain();
        }

        /** Nothing is said of activations as they are, which need not be float32. */
        private static dev.offramp.proto.v1.ActivationCodec codec(Encoded encoded) {
            return encoded.codec() == ActivationCodec.FP32
                    ? dev.offramp.proto.v1.ActivationCodec.ACTIVATION_CODEC_UNSPECIFIED
                    : Enums.write(encoded.codec());
        }

        /**
         * When the first piece is likely to be there: what remains of a deadline is what remains then, and the neighbour
         * counts from then on.
         */
        private long arrivalNanos(long bytes, long now) {
            long first = Math.min(bytes, context.pieceBytes());
            return now + encoding.speed().map(speed -> speed.oneWayNanos(first)).orElse(0L);
        }

        /** The last piece is gRPC's: it has copied the bytes, and their memory can be used again. */
        private void reportSent() {
            AgentEffect.SendTransfer sent = beingSent;
            if (sent != null && pieces.isEmpty()) {
                beingSent = null;
                sent.activation().handBack().run();
                context.mailbox()
                        .post(new AgentEvent.TransferSent(peer, sent.job().id(), serialiseNanos));
            }
        }

        synchronized void complete() {
            if (requests != null && !over) {
                over = true;
                requests.onCompleted();
            }
        }

        private synchronized void requestNext() {
            if (requests != null && !over) {
                requests.request(1);
            }
        }

        private synchronized void cancel(String why) {
            if (requests != null && !over) {
                over = true;
                requests.cancel(why, null);
            }
        }

        @Override
        public void onNext(Upstream message) {
            try {
                take(message);
            } catch (WireException e) {
                context.counters().recordMalformed();
                log.warn("{} answers nonsense: {}", peer, e.getMessage());
                cancel(String.valueOf(e.getMessage()));
            }
        }

        private void take(Upstream message) throws WireException {
            if (up == message.hasHello()) {
                throw new WireException("%s: expected %s"
                        .formatted(message.getMessageCase(), up ? "grant, outcome, mark or decoded" : "hello"));
            }
            switch (message.getMessageCase()) {
                case HELLO -> {
                    if (!message.getHello().getNode().equals(peer.value())) {
                        throw new WireException("it is node '%s': expected %s"
                                .formatted(message.getHello().getNode(), peer));
                    }
                    up = true;
                    encoding.greeted(message.getHello());
                    greeted();
                    log.info("stream to {} is open", peer);
                    post(new AgentEvent.PeerUp(peer));
                }
                case GRANT ->
                    post(new AgentEvent.Granted(
                            peer, Codec.read(message.getGrant().getJob())));
                case OUTCOME -> {
                    var outcome = message.getOutcome();
                    post(new AgentEvent.OutcomeArrived(
                            peer, Codec.read(outcome.getJob()), Codec.read(outcome), Codec.read(outcome.getTimings())));
                }
                case MARK -> {
                    encoding.returned(message.getMark().getNumber());
                    requestNext();
                }
                case DECODED -> {
                    encoding.told(message.getDecoded());
                    requestNext();
                }
                case MESSAGE_NOT_SET -> throw new WireException("an empty message");
            }
        }

        private void post(AgentEvent event) {
            NeighbourLink.this.post(this, event);
        }

        @Override
        public void onError(Throwable t) {
            end(Status.fromThrowable(t));
        }

        @Override
        public void onCompleted() {
            end(Status.UNAVAILABLE.withDescription("closed by the neighbour"));
        }

        private void end(Status status) {
            synchronized (this) {
                over = true;
                waiting.clear();
                pieces.clear();
            }
            ended(this, status);
        }
    }
}

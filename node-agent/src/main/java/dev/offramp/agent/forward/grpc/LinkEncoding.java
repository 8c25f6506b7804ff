package dev.offramp.agent.forward.grpc;

import dev.offramp.agent.codec.ActivationEncoder;
import dev.offramp.agent.codec.Encoded;
import dev.offramp.agent.core.AgentEffect;
import dev.offramp.agent.core.Job;
import dev.offramp.agent.forward.EdgeCodec;
import dev.offramp.agent.forward.LinkCodecs;
import dev.offramp.agent.forward.LinkMeter;
import dev.offramp.agent.forward.LinkSpeed;
import dev.offramp.agent.forward.LinkState;
import dev.offramp.partition.ActivationCodec;
import dev.offramp.partition.ElementType;
import dev.offramp.partition.TensorSpec;
import dev.offramp.proto.Codec;
import dev.offramp.proto.Enums;
import dev.offramp.proto.WireException;
import dev.offramp.proto.v1.Decoded;
import dev.offramp.proto.v1.Hello;
import dev.offramp.time.NanoClock;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Has the activations that go to one neighbour encoded as is decided for them, and the link measured. Thread-safe. */
final class LinkEncoding {
    private final Transcoder transcoder;
    private final NanoClock clock;
    private final LinkMeter meter = new LinkMeter();
    private final LinkCodecs codecs;

    /** Where transfers queue. */
    interface Queue {
        void send(Outgoing outgoing);

        void encoded(Outgoing outgoing, Encoded encoded);
    }

    /** @param sharedCore whether encoding takes its time from the servers */
    LinkEncoding(Transcoder transcoder, NanoClock clock, boolean sharedCore) {
        this.transcoder = transcoder;
        this.clock = clock;
        this.codecs = new LinkCodecs(ActivationEncoder.supported(), sharedCore);
    }

    /** Puts the transfer in its place at once; it goes when it is encoded. */
    void encode(AgentEffect.SendTransfer transfer, Queue queue) {
        TensorSpec tensor = transfer.carriage().tensor();
        ByteBuffer activation = transfer.activation().bytes();
        LinkCodecs.Edge edge = edge(transfer.job());
        EdgeCodec.Plan plan = plan(transfer, edge);
        // Of a copy: once it is sent, the activation's memory is another's.
        plan.trial().ifPresent(codec -> tryOut(copy(activation), tensor, codec, edge));
        Outgoing outgoing = new Outgoing(transfer, plan.measured());
        if (plan.codec() == ActivationCodec.FP32) {
            outgoing.becomes(new Encoded(ActivationCodec.FP32, activation));
            queue.send(outgoing);
            return;
        }
        queue.send(outgoing);
        transcoder.encode(activation, tensor, plan.codec(), (encoded, nanos) -> {
            codecs.encoded(edge, plan.codec(), encoded.bytes().remaining(), nanos);
            queue.encoded(outgoing, encoded);
        });
    }

    private static LinkCodecs.Edge edge(Job job) {
        return new LinkCodecs.Edge(job.chain(), job.hop());
    }

    private EdgeCodec.Plan plan(AgentEffect.SendTransfer transfer, LinkCodecs.Edge edge) {
        AgentEffect.Carriage carriage = transfer.carriage();
        if (carriage.tensor().type() != ElementType.FLOAT32) {
            return new EdgeCodec.Plan(ActivationCodec.FP32, true, Optional.empty());
        }
        long now = clock.nanoTime();
        return codecs.plan(
                edge,
                carriage.codecs(),
                transfer.activation().size(),
                carriage.computeNanos(),
                meter.speed(),
                meter.isDue(now),
                now);
    }

    private void tryOut(ByteBuffer activation, TensorSpec tensor, ActivationCodec codec, LinkCodecs.Edge edge) {
        transcoder.tryOut(
                activation,
                tensor,
                codec,
                (encoded, encodeNanos, decodeNanos) -> codecs.tried(
                        edge, codec, encoded.bytes().remaining(), encodeNanos, decodeNanos, clock.nanoTime()));
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    /** The transfer goes out now: number of the mark to send with it, the one before it going before; 0 for none. */
    long sent(Outgoing outgoing, AgentEffect.SendTransfer transfer, long nowNanos) {
        Encoded encoded = outgoing.encoded();
        long bytes = encoded.bytes().remaining();
        codecs.sent(edge(transfer.job()), encoded.codec(), transfer.activation().size(), bytes);
        return outgoing.isMeasured() ? meter.begin(bytes, nowNanos) : 0;
    }

    /** A mark has come back. */
    void returned(long mark) {
        meter.returned(mark, clock.nanoTime());
    }

    /** The neighbour has said what it can decode. */
    void greeted(Hello hello) {
        codecs.neighbourDecodes(CodecList.known(hello.getDecodesList()));
    }

    /** The neighbour has said how long decoding takes. */
    void told(Decoded decoded) throws WireException {
        codecs.decodedThere(
                new LinkCodecs.Edge(Codec.readChain(decoded.getService(), decoded.getChain()), decoded.getHop()),
                Enums.read(decoded.getCodec()),
                Math.max(0, decoded.getNanos()));
    }

    void streamEnded() {
        meter.streamEnded();
    }

    /** Empty before the first measurement. */
    Optional<LinkSpeed> speed() {
        return meter.speed();
    }

    LinkState state() {
        return new LinkState(speed(), codecs.reports());
    }
}

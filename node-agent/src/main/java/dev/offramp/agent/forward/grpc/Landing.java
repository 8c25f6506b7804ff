package dev.offramp.agent.forward.grpc;

import dev.offramp.agent.core.Activation;
import dev.offramp.proto.WireException;
import dev.offramp.proto.stream.Payload;
import dev.offramp.proto.v1.Transfer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Where the transfers of one stream come in, one at a time, each in as many messages as its sender likes. An activation is
 * copied once, from gRPC's buffers to lent memory in which a partition reads it.
 *
 * <p>Memory is bounded by what has come, not by what a message says will come: a length is believed as far as this
 * neighbour has kept its word before, and beyond that the memory grows with the bytes, at most to twice as many. Of an
 * activation larger than any may be, nothing is kept. Confined to its stream.
 */
final class Landing {
    /** Of the first activation, which costs a copy more where it is larger. */
    private static final long FIRST_BELIEVED_BYTES = 256 << 10;

    /** How far the transfer under way has come. */
    sealed interface State {
        /** There is more to come. */
        record UnderWay() implements State {}

        /** All of it is there. */
        record Whole(Transfer header, Activation activation) implements State {}

        /** All of it has come, and was too much. */
        record Oversize(Transfer header, String why) implements State {}
    }

    private final LandingMemory memory;
    private final long maxBytes;
    private long believedBytes = FIRST_BELIEVED_BYTES;
    private @Nullable Transfer header;
    private long totalBytes;
    private long cameBytes;
    private LandingMemory.@Nullable Loan loan;

    /** @param maxBytes of an activation that is taken */
    Landing(LandingMemory memory, long maxBytes) {
        this.memory = memory;
        this.maxBytes = maxBytes;
    }

    /** A transfer begins. */
    State begin(Transfer begun, Payload payload) throws WireException {
        if (header != null) {
            throw new WireException("a transfer after %d of %d bytes of the one before: expected a piece"
                    .formatted(cameBytes, totalBytes));
        }
        if (begun.getTotalBytes() < 0) {
            throw new WireException("an activation of %d bytes".formatted(begun.getTotalBytes()));
        }
        totalBytes = begun.getTotalBytes() == 0 ? payload.size() : begun.getTotalBytes();
        cameBytes = 0;
        header = begun;
        if (isTaken()) {
            loan = memory.lend(Math.min(totalBytes, Math.max(believedBytes, payload.size())));
        }
        return add(begun, payload);
    }

    /** It goes on. */
    State goOn(Payload payload) throws WireException {
        Transfer underWay = header;
        if (underWay == null) {
            throw new WireException("a piece of %d bytes without a transfer before it".formatted(payload.size()));
        }
        if (payload.size() == 0) {
            throw new WireException("a piece without bytes");
        }
        return add(underWay, payload);
    }

    private boolean isTaken() {
        return totalBytes <= maxBytes;
    }

    /** Memory taken for the transfer under way. */
    long reservedBytes() {
        return loan == null ? 0 : loan.buffer().capacity();
    }

    /** Whatever is under way stays incomplete. */
    void close() {
        header = null;
        if (loan != null) {
            loan.handBack();
            loan = null;
        }
    }

    private State add(Transfer underWay, Payload payload) throws WireException {
        cameBytes += payload.size();
        if (cameBytes > totalBytes) {
            throw new WireException("%d bytes of an activation: expected %d in all".formatted(cameBytes, totalBytes));
        }
        LandingMemory.Loan kept = loan == null ? null : keep(loan, payload);
        if (cameBytes < totalBytes) {
            loan = kept;
            return new State.UnderWay();
        }
        header = null;
        loan = null;
        if (kept == null) {
            return new State.Oversize(
                    underWay, "an activation of %d bytes: expected at most %d".formatted(totalBytes, maxBytes));
        }
        believedBytes = Math.max(believedBytes, totalBytes);
        return new State.Whole(underWay, new Activation(kept.buffer().flip(), kept::handBack));
    }

    private LandingMemory.Loan keep(LandingMemory.Loan loan, Payload payload) throws WireException {
        LandingMemory.Loan roomy = loan;
        if (cameBytes > loan.buffer().capacity()) {
            roomy = memory.lend(Math.min(totalBytes, 2 * cameBytes));
            roomy.buffer().put(loan.buffer().flip());
            loan.handBack();
        }
        try {
            payload.readInto(roomy.buffer());
        } catch (IOException e) {
            throw new WireException(String.valueOf(e.getMessage()));
        }
        return roomy;
    }
}

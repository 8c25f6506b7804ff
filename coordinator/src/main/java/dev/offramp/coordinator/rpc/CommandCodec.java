package dev.offramp.coordinator.rpc;

import com.google.protobuf.ByteString;
import dev.offramp.coordinator.control.NodeCommand;
import dev.offramp.partition.Placement;
import dev.offramp.partition.ServiceId;
import dev.offramp.proto.Codec;
import dev.offramp.proto.FeedCodec;
import dev.offramp.proto.WireException;
import dev.offramp.proto.identity.DocumentSigner;
import dev.offramp.proto.v1.Ack;
import dev.offramp.proto.v1.Activate;
import dev.offramp.proto.v1.ApplyFeeds;
import dev.offramp.proto.v1.ApplyPolicy;
import dev.offramp.proto.v1.Command;
import dev.offramp.proto.v1.Drain;
import dev.offramp.proto.v1.Prepare;
import dev.offramp.proto.v1.Retire;
import dev.offramp.proto.v1.Revocations;
import java.math.BigInteger;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Commands and their answers between the wire and the control state machine. Thread-safe. */
public final class CommandCodec {
    private static final int RADIX = 16;

    private final Optional<Supplier<DocumentSigner>> signer;

    /** @param signer of placements; empty where certificates are off */
    public CommandCodec(Optional<Supplier<DocumentSigner>> signer) {
        this.signer = signer;
    }

    Command write(NodeCommand command) {
        return switch (command) {
            case NodeCommand.Prepare prepare ->
                Command.newBuilder().setPrepare(prepare(prepare.placement())).build();
            case NodeCommand.Activate activate ->
                Command.newBuilder()
                        .setActivate(Activate.newBuilder().setEpoch(activate.epoch()))
                        .build();
            case NodeCommand.Retire retire ->
                Command.newBuilder()
                        .setRetire(Retire.newBuilder().setEpoch(retire.epoch()))
                        .build();
            case NodeCommand.ApplyFeeds apply ->
                Command.newBuilder()
                        .setFeeds(ApplyFeeds.newBuilder().setFeeds(FeedCodec.write(apply.feeds())))
                        .build();
            case NodeCommand.ApplyPolicy apply ->
                Command.newBuilder()
                        .setPolicy(ApplyPolicy.newBuilder().setPolicy(Codec.write(apply.policy())))
                        .build();
            case NodeCommand.Drain drain ->
                Command.newBuilder().setDrain(Drain.getDefaultInstance()).build();
        };
    }

    private Prepare prepare(Placement placement) {
        var message = Codec.write(placement);
        if (signer.isEmpty()) {
            return Prepare.newBuilder().setPlacement(message).build();
        }
        DocumentSigner current = signer.get().get();
        ByteString document = message.toByteString();
        return Prepare.newBuilder()
                .setSignedPlacement(document)
                .setSignature(ByteString.copyFrom(current.sign(document.toByteArray())))
                .setSigner(ByteString.copyFrom(current.certificate()))
                .build();
    }

    static Command revocations(Set<BigInteger> serials) {
        return Command.newBuilder()
                .setRevocations(Revocations.newBuilder()
                        .addAllSerials(serials.stream()
                                .map(one -> one.toString(RADIX))
                                .sorted()
                                .toList()))
                .build();
    }

    static NodeCommand.Id read(Ack ack) throws WireException {
        return switch (ack.getOfCase()) {
            case PREPARED_EPOCH -> new NodeCommand.Id.Prepared(ack.getPreparedEpoch());
            case ACTIVATED_EPOCH -> new NodeCommand.Id.Activated(ack.getActivatedEpoch());
            case RETIRED_EPOCH -> new NodeCommand.Id.Retired(ack.getRetiredEpoch());
            case FEEDS_VERSION -> new NodeCommand.Id.FeedsApplied(ack.getFeedsVersion());
            case POLICY -> {
                try {
                    yield new NodeCommand.Id.PolicyApplied(
                            new ServiceId(ack.getPolicy().getService()),
                            ack.getPolicy().getVersion());
                } catch (IllegalArgumentException e) {
                    throw new WireException("answer: " + e.getMessage());
                }
            }
            case DRAINED -> new NodeCommand.Id.Drained();
            case OF_NOT_SET ->
                throw new WireException("an agent answers '%s' (%s), which was not asked of it"
                        .formatted(ack.getOfCase(), ack.getError()));
        };
    }
}

package dev.offramp.coordinator.rpc;

import dev.offramp.coordinator.control.NodeCommand;
import dev.offramp.partition.ServiceId;
import dev.offramp.proto.Codec;
import dev.offramp.proto.WireException;
import dev.offramp.proto.v1.Ack;
import dev.offramp.proto.v1.Activate;
import dev.offramp.proto.v1.ApplyPolicy;
import dev.offramp.proto.v1.Command;
import dev.offramp.proto.v1.Drain;
import dev.offramp.proto.v1.Prepare;
import dev.offramp.proto.v1.Retire;

/** Commands and their answers between the wire and the control state machine. Stateless. */
final class CommandCodec {
    private CommandCodec() {}

    static Command write(NodeCommand command) {
        return switch (command) {
            case NodeCommand.Prepare prepare ->
                Command.newBuilder()
                        .setPrepare(Prepare.newBuilder().setPlacement(Codec.write(prepare.placement())))
                        .build();
            case NodeCommand.Activate activate ->
                Command.newBuilder()
                        .setActivate(Activate.newBuilder().setEpoch(activate.epoch()))
                        .build();
            case NodeCommand.Retire retire ->
                Command.newBuilder()
                        .setRetire(Retire.newBuilder().setEpoch(retire.epoch()))
                        .build();
            case NodeCommand.ApplyPolicy apply ->
                Command.newBuilder()
                        .setPolicy(ApplyPolicy.newBuilder().setPolicy(Codec.write(apply.policy())))
                        .build();
            case NodeCommand.Drain drain ->
                Command.newBuilder().setDrain(Drain.getDefaultInstance()).build();
        };
    }

    static NodeCommand.Id read(Ack ack) throws WireException {
        return switch (ack.getOfCase()) {
            case PREPARED_EPOCH -> new NodeCommand.Id.Prepared(ack.getPreparedEpoch());
            case ACTIVATED_EPOCH -> new NodeCommand.Id.Activated(ack.getActivatedEpoch());
            case RETIRED_EPOCH -> new NodeCommand.Id.Retired(ack.getRetiredEpoch());
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

package dev.offramp.agent.forward.grpc;

import dev.offramp.partition.ActivationCodec;
import dev.offramp.proto.Enums;
import dev.offramp.proto.WireException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What a node can decode, in its greeting. Stateless. */
final class CodecList {
    private CodecList() {}

    static List<dev.offramp.proto.v1.ActivationCodec> write(Set<ActivationCodec> codecs) {
        return codecs.stream().map(Enums::write).toList();
    }

    /** Those of a newer neighbour that this node does not know are left out: it would not use them. */
    static Set<ActivationCodec> known(List<dev.offramp.proto.v1.ActivationCodec> messages) {
        Set<ActivationCodec> known = EnumSet.noneOf(ActivationCodec.class);
        for (dev.offramp.proto.v1.ActivationCodec message : messages) {
            try {
                known.add(Enums.read(message));
            } catch (WireException e) {
                // Left out.
            }
        }
        return known;
    }
}

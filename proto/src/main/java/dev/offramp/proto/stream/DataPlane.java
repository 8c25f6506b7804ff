package dev.offramp.proto.stream;

import dev.offramp.proto.v1.DataPlaneGrpc;
import dev.offramp.proto.v1.Transfer;
import dev.offramp.proto.v1.Upstream;
import io.grpc.MethodDescriptor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The data plane's one method, and how activations are cut for it. Stateless. */
public final class DataPlane {
    public static final MethodDescriptor<Down, Upstream> JOBS = DataPlaneGrpc.getJobsMethod().toBuilder(
                    new DownMarshaller(), DataPlaneGrpc.getJobsMethod().getResponseMarshaller())
            .build();

    /**
     * Most of an activation that one message should carry. Smaller pieces are on their way while the next is copied, and fit
     * Netty's pooled chunks; each costs some microseconds.
     */
    public static final int PIECE_BYTES = 128 << 10;

    private DataPlane() {}

    /**
     * The messages that carry an activation, in order.
     *
     * @param header without activation and total
     * @param pieceBytes most of the activation that one message carries
     */
    public static List<Down> transfer(Transfer.Builder header, ByteBuffer activation, int pieceBytes) {
        int total = activation.remaining();
        List<Down> messages = new ArrayList<>();
        int first = Math.min(total, pieceBytes);
        header.setTotalBytes(first < total ? total : 0);
        messages.add(new Down.Begun(header.build(), piece(activation, 0, first)));
        for (int from = first; from < total; from += pieceBytes) {
            messages.add(new Down.Continued(piece(activation, from, Math.min(pieceBytes, total - from))));
        }
        return messages;
    }

    private static Payload piece(ByteBuffer activation, int from, int bytes) {
        return Payload.of(activation.slice(activation.position() + from, bytes));
    }
}

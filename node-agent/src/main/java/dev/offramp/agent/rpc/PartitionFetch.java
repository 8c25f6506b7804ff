package dev.offramp.agent.rpc;

import dev.offramp.agent.artifact.ArtifactException;
import dev.offramp.agent.artifact.ArtifactSource;
import dev.offramp.partition.artifact.Digest;
import dev.offramp.proto.v1.AttachmentGrpc;
import dev.offramp.proto.v1.FetchPiece;
import dev.offramp.proto.v1.FetchRequest;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/** Fetches partition files from the coordinator. Thread-safe. */
final class PartitionFetch implements ArtifactSource {
    private final Channel channel;
    private final Duration timeout;

    PartitionFetch(Channel channel, Duration timeout) {
        this.channel = channel;
        this.timeout = timeout;
    }

    @Override
    public void fetch(Digest digest, long offset, Sink sink) throws IOException, ArtifactException {
        Context.CancellableContext call = Context.current().withCancellation();
        Context before = call.attach();
        try {
            take(digest, offset, sink);
        } finally {
            // Where the sink has had enough, the coordinator shall hear of it.
            call.detachAndCancel(before, null);
        }
    }

    private void take(Digest digest, long offset, Sink sink) throws IOException, ArtifactException {
        Iterator<FetchPiece> pieces = AttachmentGrpc.newBlockingStub(channel)
                .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .fetch(FetchRequest.newBuilder()
                        .setSha256(digest.hex())
                        .setOffset(offset)
                        .build());
        while (hasNext(pieces)) {
            sink.accept(pieces.next().getBytes().asReadOnlyByteBuffer());
        }
    }

    private static boolean hasNext(Iterator<FetchPiece> pieces) throws IOException {
        try {
            return pieces.hasNext();
        } catch (StatusRuntimeException e) {
            throw new IOException("the coordinator says " + e.getStatus(), e);
        }
    }
}

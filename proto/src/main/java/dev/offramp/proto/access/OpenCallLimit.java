package dev.offramp.proto.access;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;

/**
 * Ends calls that need no certificate and bring more than joining takes: gRPC would keep whole messages of any stranger
 * until their last byte has come. Thread-safe.
 */
public final class OpenCallLimit extends ServerStreamTracer.Factory {
    private static final long MAX_BYTES = 16 << 10;

    private static final ServerStreamTracer NO_LIMIT = new ServerStreamTracer() {};

    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        return AccessTable.isOpen(method) ? new Counted() : NO_LIMIT;
    }

    /** What came of one call. Called by one thread at a time. */
    private static final class Counted extends ServerStreamTracer {
        private long bytes;

        @Override
        public void inboundWireSize(long more) {
            bytes += more;
            if (bytes > MAX_BYTES) {
                throw Status.RESOURCE_EXHAUSTED
                        .withDescription("a call without a certificate brings more than %d bytes".formatted(MAX_BYTES))
                        .asRuntimeException();
            }
        }
    }
}

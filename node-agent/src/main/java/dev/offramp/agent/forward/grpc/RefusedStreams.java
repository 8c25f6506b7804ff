package dev.offramp.agent.forward.grpc;

import dev.offramp.agent.forward.LinkCounters;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;

/** Counts streams that gRPC itself ends over a message: no protobuf, or larger than allowed. Thread-safe. */
final class RefusedStreams extends ServerStreamTracer.Factory {
    private final LinkCounters counters;

    RefusedStreams(LinkCounters counters) {
        this.counters = counters;
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        return new ServerStreamTracer() {
            @Override
            public void streamClosed(Status status) {
                switch (status.getCode()) {
                    case INTERNAL, UNKNOWN, RESOURCE_EXHAUSTED -> counters.recordMalformed();
                    default -> {}
                }
            }
        };
    }
}

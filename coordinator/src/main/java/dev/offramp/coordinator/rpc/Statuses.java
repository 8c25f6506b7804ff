package dev.offramp.coordinator.rpc;

import dev.offramp.coordinator.control.Reply;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;

/** The one place where a refusal becomes a gRPC status. Stateless. */
final class Statuses {
    private Statuses() {}

    static StatusRuntimeException of(Reply.Refused refused) {
        Status.Code code =
                switch (refused.kind()) {
                    case INVALID -> Status.Code.INVALID_ARGUMENT;
                    case NOT_FOUND -> Status.Code.NOT_FOUND;
                    case CONFLICT -> Status.Code.ABORTED;
                    // UNAVAILABLE is for a coordinator that cannot be reached.
                    case UNAVAILABLE -> Status.Code.FAILED_PRECONDITION;
                    case FAILED -> Status.Code.INTERNAL;
                };
        return code.toStatus().withDescription(refused.text()).asRuntimeException();
    }

    static <T> void answer(StreamObserver<T> observer, T message) {
        observer.onNext(message);
        observer.onCompleted();
    }
}

package dev.offramp.coordinator.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.BindableService;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/**
 * Ends a call that brings a message which cannot be read with a status that says so. By itself gRPC takes that for a bug of
 * the service, and logs a stack trace for each that anybody sends. Stateless.
 */
final class ReadableMessages implements ServerInterceptor {
    private ReadableMessages() {}

    static ServerServiceDefinition of(BindableService service) {
        return ServerInterceptors.intercept(
                ServerInterceptors.useInputStreamMessages(service.bindService()), new ReadableMessages());
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return new Reader<>(call, next.startCall(call, headers));
    }

    /** Of one call; to the service the call looks cancelled. Called by one thread at a time. */
    private static final class Reader<Q> extends SimpleForwardingServerCallListener<Q> {
        private final ServerCall<Q, ?> call;
        private boolean over;

        Reader(ServerCall<Q, ?> call, ServerCall.Listener<Q> service) {
            super(service);
            this.call = call;
        }

        @Override
        public void onMessage(Q message) {
            if (over) {
                return;
            }
            try {
                super.onMessage(message);
            } catch (StatusRuntimeException e) {
                if (!(e.getCause() instanceof InvalidProtocolBufferException unreadable)) {
                    throw e;
                }
                over = true;
                call.close(
                        Status.INVALID_ARGUMENT.withDescription("a message of %s cannot be read: %s"
                                .formatted(call.getMethodDescriptor().getFullMethodName(), unreadable.getMessage())),
                        new Metadata());
                super.onCancel();
            }
        }

        @Override
        public void onHalfClose() {
            if (!over) {
                super.onHalfClose();
            }
        }

        @Override
        public void onCancel() {
            if (!over) {
                super.onCancel();
            }
        }

        @Override
        public void onComplete() {
            if (!over) {
                super.onComplete();
            }
        }

        @Override
        public void onReady() {
            if (!over) {
                super.onReady();
            }
        }
    }
}

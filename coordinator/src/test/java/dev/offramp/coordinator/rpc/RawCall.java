package dev.offramp.coordinator.rpc;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A call of any method whose messages are bytes. Stateless. */
final class RawCall {
    private static final long PATIENCE_SECONDS = 60;

    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    private RawCall() {}

    /** What messages get: OK with the first answer, or else the status that the call ends with. */
    static Status.Code of(ManagedChannel channel, MethodDescriptor<?, ?> method, List<byte[]> messages)
            throws Exception {
        ClientCall<byte[], byte[]> call = channel.newCall(
                MethodDescriptor.newBuilder(BYTES, BYTES)
                        .setType(method.getType())
                        .setFullMethodName(method.getFullMethodName())
                        .build(),
                CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS));
        CompletableFuture<Status.Code> answer = new CompletableFuture<>();
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(byte[] message) {
                        answer.complete(Status.Code.OK);
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        answer.complete(status.getCode());
                    }
                },
                new Metadata());
        call.request(1);
        messages.forEach(call::sendMessage);
        call.halfClose();
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } finally {
            call.cancel("answered", null);
        }
    }
}

package dev.offramp.coordinator.cli.bench;

import com.google.protobuf.ByteString;
import dev.offramp.proto.v1.FetchPiece;
import dev.offramp.proto.v1.Mark;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Bytes over a bidirectional stream of gRPC-Java as anybody would write it, a number back. Confined to one thread. */
final class StreamPinger implements Pinger {
    /** Of the peer that takes the bytes. */
    static final MethodDescriptor<FetchPiece, Mark> METHOD = MethodDescriptor.<FetchPiece, Mark>newBuilder()
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .setFullMethodName(MethodDescriptor.generateFullMethodName("offramp.bench.Peer", "Pass"))
            .setRequestMarshaller(ProtoUtils.marshaller(FetchPiece.getDefaultInstance()))
            .setResponseMarshaller(ProtoUtils.marshaller(Mark.getDefaultInstance()))
            .build();

    static final int FLOW_WINDOW_BYTES = 8 << 20;
    private static final long PATIENCE_SECONDS = 60;

    private final ManagedChannel channel;
    private final StreamObserver<FetchPiece> requests;
    private final BlockingQueue<Long> answers = new LinkedBlockingQueue<>();
    private final FetchPiece message;

    StreamPinger(InetSocketAddress peer, int bytes) {
        message = FetchPiece.newBuilder()
                .setBytes(ByteString.copyFrom(new byte[bytes]))
                .build();
        channel = NettyChannelBuilder.forAddress(peer)
                .usePlaintext()
                .directExecutor()
                .flowControlWindow(FLOW_WINDOW_BYTES)
                .build();
        requests = ClientCalls.asyncBidiStreamingCall(
                channel.newCall(METHOD, CallOptions.DEFAULT.withWaitForReady()), new StreamObserver<>() {
                    @Override
                    public void onNext(Mark answer) {
                        answers.add(System.nanoTime());
                    }

                    @Override
                    public void onError(Throwable t) {
                        // Whoever waits for the answer notices.
                    }

                    @Override
                    public void onCompleted() {
                        // As on an error.
                    }
                });
    }

    @Override
    public void send() {
        requests.onNext(message);
    }

    @Override
    public Answer await() throws IOException, InterruptedException {
        Long answered = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (answered == null) {
            throw new IOException("the bare gRPC stream gave no answer");
        }
        return new Answer(answered, 0);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}

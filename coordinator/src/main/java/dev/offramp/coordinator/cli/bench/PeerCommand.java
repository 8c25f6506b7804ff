package dev.offramp.coordinator.cli.bench;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.partition.HostPort;
import dev.offramp.proto.v1.FetchPiece;
import dev.offramp.proto.v1.Mark;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench peer}: what takes the bytes in {@code bench hop}, over gRPC and over plain sockets, until it is stopped. */
@Command(name = "peer", hidden = true, description = "Takes the bytes that 'bench hop' sends to it.")
@SuppressWarnings("NullAway.Init")
final class PeerCommand implements Callable<Integer> {
    @Option(names = "--grpc-port", required = true)
    private int grpcPort;

    @Option(names = "--bind", required = true)
    private String bind;

    @Option(names = "--tcp-port", required = true)
    private int tcpPort;

    @Option(names = "--next", description = "Where what comes over gRPC is passed on to, before it is answered.")
    private @Nullable HostPort next;

    @Override
    public Integer call() throws CliException {
        try (ServerSocket socket = new ServerSocket(tcpPort, 1, InetAddress.getByName(bind))) {
            Server server = NettyServerBuilder.forAddress(new InetSocketAddress(bind, grpcPort))
                    .directExecutor()
                    .flowControlWindow(StreamPinger.FLOW_WINDOW_BYTES)
                    .maxInboundMessageSize(Integer.MAX_VALUE)
                    .addService(ServerServiceDefinition.builder(StreamPinger.METHOD.getServiceName())
                            .addMethod(StreamPinger.METHOD, ServerCalls.asyncBidiStreamingCall(passing()))
                            .build())
                    .build()
                    .start();
            try {
                while (true) {
                    serve(socket.accept());
                }
            } finally {
                server.shutdownNow();
            }
        } catch (IOException e) {
            throw new CliException(ExitCode.ERROR, "the peer cannot go on: " + e.getMessage(), e);
        }
    }

    private ServerCalls.BidiStreamingMethod<FetchPiece, Mark> passing() {
        HostPort onward = next;
        if (onward == null) {
            return PeerCommand::answer;
        }
        ManagedChannel channel = NettyChannelBuilder.forAddress(onward.host(), onward.port())
                .usePlaintext()
                .directExecutor()
                .flowControlWindow(StreamPinger.FLOW_WINDOW_BYTES)
                .build();
        // A relay, as anybody would write it.
        return answers -> ClientCalls.asyncBidiStreamingCall(
                channel.newCall(StreamPinger.METHOD, CallOptions.DEFAULT.withWaitForReady()), answers);
    }

    private static StreamObserver<FetchPiece> answer(StreamObserver<Mark> answers) {
        return new StreamObserver<>() {
            @Override
            public void onNext(FetchPiece piece) {
                answers.onNext(
                        Mark.newBuilder().setNumber(piece.getBytes().size()).build());
            }

            @Override
            public void onError(Throwable t) {
                // The client has gone.
            }

            @Override
            public void onCompleted() {
                answers.onCompleted();
            }
        };
    }

    /** One after the other, as they come. */
    private static void serve(Socket accepted) throws IOException {
        try (Socket socket = accepted) {
            socket.setTcpNoDelay(true);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] bytes = new byte[0];
            while (true) {
                int size = in.readInt();
                bytes = bytes.length == size ? bytes : new byte[size];
                in.readFully(bytes);
                socket.getOutputStream().write(1);
            }
        } catch (EOFException e) {
            // The client has gone.
        }
    }
}

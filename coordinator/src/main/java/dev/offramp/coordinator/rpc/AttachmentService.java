package dev.offramp.coordinator.rpc;

import com.google.protobuf.ByteString;
import dev.offramp.coordinator.store.Artifacts;
import dev.offramp.partition.artifact.Digest;
import dev.offramp.proto.access.Caller;
import dev.offramp.proto.v1.AgentReport;
import dev.offramp.proto.v1.AttachmentGrpc;
import dev.offramp.proto.v1.Command;
import dev.offramp.proto.v1.FetchPiece;
import dev.offramp.proto.v1.FetchRequest;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;

/** What agents call. Thread-safe. */
public final class AttachmentService extends AttachmentGrpc.AttachmentImplBase {
    private final AgentHub hub;
    private final Artifacts artifacts;

    public AttachmentService(AgentHub hub, Artifacts artifacts) {
        this.hub = hub;
        this.artifacts = artifacts;
    }

    @Override
    public StreamObserver<AgentReport> attach(StreamObserver<Command> commands) {
        return hub.open((ServerCallStreamObserver<Command>) commands, Caller.current());
    }

    @Override
    public void fetch(FetchRequest request, StreamObserver<FetchPiece> observer) {
        try {
            Digest digest = new Digest(request.getSha256());
            Optional<FileChannel> file = artifacts.read(digest);
            if (file.isEmpty()) {
                observer.onError(Status.NOT_FOUND
                        .withDescription("there is no file %s: push its model again".formatted(digest))
                        .asRuntimeException());
                return;
            }
            new Pieces(file.get(), request.getOffset(), (ServerCallStreamObserver<FetchPiece>) observer).start();
        } catch (IllegalArgumentException e) {
            observer.onError(
                    Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
        } catch (IOException e) {
            observer.onError(Status.INTERNAL
                    .withDescription("cannot read the file: " + e)
                    .asRuntimeException());
        }
    }

    /** Sends a file as fast as the agent takes it. Called by gRPC, one call at a time. */
    private static final class Pieces {
        private static final int PIECE_BYTES = 64 << 10;

        private final FileChannel file;
        private final ServerCallStreamObserver<FetchPiece> observer;
        private boolean over;

        Pieces(FileChannel file, long offset, ServerCallStreamObserver<FetchPiece> observer) throws IOException {
            this.file = file;
            this.observer = observer;
            long size = file.size();
            if (offset < 0 || offset > size) {
                file.close();
                throw new IllegalArgumentException(
                        "offset %d is outside the file: expected 0 to %d".formatted(offset, size));
            }
            file.position(offset);
        }

        void start() {
            observer.setOnCancelHandler(this::close);
            observer.setOnReadyHandler(this::send);
        }

        private void send() {
            try {
                while (!over && observer.isReady()) {
                    ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
                    int read = file.read(piece);
                    if (read < 0) {
                        close();
                        observer.onCompleted();
                    } else {
                        observer.onNext(FetchPiece.newBuilder()
                                .setBytes(ByteString.copyFrom(piece.flip()))
                                .build());
                    }
                }
            } catch (IOException e) {
                close();
                observer.onError(Status.INTERNAL
                        .withDescription("cannot read the file: " + e)
                        .asRuntimeException());
            }
        }

        private void close() {
            over = true;
            try {
                file.close();
            } catch (IOException e) {
                // It was only read.
            }
        }
    }
}

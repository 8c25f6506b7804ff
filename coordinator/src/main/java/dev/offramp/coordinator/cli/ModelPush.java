package dev.offramp.coordinator.cli;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.offramp.partition.artifact.Digest;
import dev.offramp.partition.onnx.Cutting;
import dev.offramp.proto.Codec;
import dev.offramp.proto.v1.ModelProfile;
import dev.offramp.proto.v1.PushModelRequest;
import dev.offramp.proto.v1.PushModelResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Sends a model as fast as the coordinator takes it. One use; gRPC calls it from one thread at a time. */
final class ModelPush implements ClientResponseObserver<PushModelRequest, PushModelResponse> {
    private static final int PIECE_BYTES = 64 << 10;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Cutting cutting;
    private final Optional<byte[]> profile;
    private final List<byte[]> files;
    private final CompletableFuture<PushModelResponse> answer = new CompletableFuture<>();
    private boolean manifestSent;
    private int file;
    private int offset;
    private boolean complete;

    /** @param profile bytes of the exit profile, if there is one */
    ModelPush(Cutting cutting, Optional<byte[]> profile) {
        this.cutting = cutting;
        this.profile = profile;
        this.files = new ArrayList<>(cutting.files());
        profile.ifPresent(files::add);
    }

    PushModelResponse to(CoordinatorClient client) throws CliException, InterruptedException {
        var unused = client.asynchronous(PATIENCE).pushModel(this);
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw client.translate(
                    e.getCause() instanceof StatusRuntimeException status
                            ? status
                            : Status.fromThrowable(e).asRuntimeException(),
                    PATIENCE);
        }
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<PushModelRequest> requests) {
        requests.setOnReadyHandler(() -> send(requests));
    }

    private void send(ClientCallStreamObserver<PushModelRequest> requests) {
        while (!complete && !answer.isDone() && requests.isReady()) {
            if (!manifestSent) {
                manifestSent = true;
                requests.onNext(announcement());
            } else if (file == files.size()) {
                complete = true;
                requests.onCompleted();
            } else {
                requests.onNext(PushModelRequest.newBuilder().setPiece(piece()).build());
            }
        }
    }

    private PushModelRequest announcement() {
        PushModelRequest.Builder message = PushModelRequest.newBuilder().setManifest(Codec.write(cutting.manifest()));
        profile.ifPresent(bytes -> message.setProfile(
                ModelProfile.newBuilder().setSha256(Digest.of(bytes).hex()).setFileBytes(bytes.length)));
        return message.build();
    }

    private ByteString piece() {
        byte[] bytes = files.get(file);
        int length = Math.min(PIECE_BYTES, bytes.length - offset);
        ByteString piece = UnsafeByteOperations.unsafeWrap(bytes, offset, length);
        offset += length;
        if (offset == bytes.length) {
            file++;
            offset = 0;
        }
        return piece;
    }

    @Override
    public void onNext(PushModelResponse response) {
        answer.complete(response);
    }

    @Override
    public void onError(Throwable t) {
        answer.completeExceptionally(t);
    }

    @Override
    public void onCompleted() {
        answer.completeExceptionally(Status.INTERNAL
                .withDescription("the coordinator ended without an answer")
                .asRuntimeException());
    }
}

package dev.offramp.coordinator.rpc;

import dev.offramp.coordinator.control.StoreException;
import dev.offramp.coordinator.store.Artifacts;
import dev.offramp.coordinator.store.Models;
import dev.offramp.partition.Partition;
import dev.offramp.partition.artifact.Digest;
import dev.offramp.partition.artifact.Manifest;
import dev.offramp.proto.Codec;
import dev.offramp.proto.WireException;
import dev.offramp.proto.v1.PushModelRequest;
import dev.offramp.proto.v1.PushModelResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes models in: the manifest, then the files in its order, then the exit profile if there is one. A model is there when
 * all of its files are. Thread-safe.
 */
public final class ModelIntake {
    private static final long MAX_MODEL_BYTES = 1L << 32;
    private static final long MAX_PROFILE_BYTES = 1L << 26;

    private final Models models;
    private final Artifacts artifacts;

    public ModelIntake(Models models, Artifacts artifacts) {
        this.models = models;
        this.artifacts = artifacts;
    }

    StreamObserver<PushModelRequest> open(StreamObserver<PushModelResponse> observer) {
        Push push = new Push(observer);
        ((ServerCallStreamObserver<PushModelResponse>) observer).setOnCancelHandler(push::forget);
        return push;
    }

    /** One push. Called by gRPC, one call at a time. */
    private final class Push implements StreamObserver<PushModelRequest> {
        private final StreamObserver<PushModelResponse> observer;
        private @Nullable Manifest manifest;
        private Optional<Digest> profile = Optional.empty();
        private long profileBytes;
        private Artifacts.@Nullable Upload upload;
        private int index;
        private boolean over;

        Push(StreamObserver<PushModelResponse> observer) {
            this.observer = observer;
        }

        @Override
        public void onNext(PushModelRequest message) {
            if (over) {
                return;
            }
            try {
                if (message.hasManifest()) {
                    announce(message);
                    begin(Codec.read(message.getManifest()));
                } else {
                    take(message.getPiece().asReadOnlyByteBuffer());
                }
            } catch (WireException e) {
                refuse(Status.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
            } catch (IOException e) {
                refuse(Status.INTERNAL, "cannot keep the model: " + e);
            }
        }

        private void announce(PushModelRequest message) throws WireException {
            if (!message.hasProfile()) {
                return;
            }
            profileBytes = message.getProfile().getFileBytes();
            if (profileBytes < 1 || profileBytes > MAX_PROFILE_BYTES) {
                throw new WireException(
                        "the exit profile has %d bytes: expected 1 to %d".formatted(profileBytes, MAX_PROFILE_BYTES));
            }
            try {
                profile = Optional.of(new Digest(message.getProfile().getSha256()));
            } catch (IllegalArgumentException e) {
                throw new WireException("exit profile: " + e.getMessage());
            }
        }

        private void begin(Manifest pushed) throws WireException, IOException {
            if (manifest != null) {
                throw new WireException("a second manifest: expected pieces of files");
            }
            long bytes = 0;
            for (Partition partition : pushed.partitions()) {
                if (partition.fileBytes() < 1) {
                    throw new WireException("partition %d of %s has %d bytes: expected at least 1"
                            .formatted(partition.index(), pushed.model(), partition.fileBytes()));
                }
                if (partition.fileBytes() > MAX_MODEL_BYTES - bytes) {
                    throw new WireException("model %s has too many bytes: expected at most %d"
                            .formatted(pushed.model(), MAX_MODEL_BYTES));
                }
                bytes += partition.fileBytes();
            }
            manifest = pushed;
            boolean complete = pushed.partitions().stream().allMatch(partition -> artifacts.has(partition.digest()));
            boolean profiled = profile.isEmpty()
                    || (profile.equals(models.profile(pushed.model())) && artifacts.has(profile.get()));
            if (complete && models.has(pushed) && profiled) {
                finish(pushed, true);
                return;
            }
            upload = next(pushed);
        }

        private int files(Manifest pushed) {
            return pushed.partitions().size() + (profile.isPresent() ? 1 : 0);
        }

        private Artifacts.Upload next(Manifest pushed) throws IOException {
            if (index == pushed.partitions().size()) {
                return artifacts.upload(profile.orElseThrow(), profileBytes);
            }
            Partition partition = pushed.partitions().get(index);
            return artifacts.upload(partition.digest(), partition.fileBytes());
        }

        private void take(ByteBuffer piece) throws WireException, IOException {
            Manifest pushed = manifest;
            if (pushed == null) {
                throw new WireException("a piece of a file came first: expected the manifest");
            }
            while (piece.hasRemaining()) {
                Artifacts.Upload current = upload;
                if (current == null) {
                    throw new WireException("bytes beyond the last file of the manifest");
                }
                current.write(piece);
                if (current.missing() == 0) {
                    finishFile(pushed, current);
                }
            }
        }

        private void finishFile(Manifest pushed, Artifacts.Upload current) throws WireException, IOException {
            if (!current.finish()) {
                throw new WireException(
                        "the bytes of file %d of %s have another SHA-256 than the manifest says\nMaybe the file was changed after the split: split again"
                                .formatted(index, pushed.model()));
            }
            current.close();
            index++;
            upload = index < files(pushed) ? next(pushed) : null;
        }

        private void finish(Manifest pushed, boolean alreadyThere) {
            over = true;
            Statuses.answer(
                    observer,
                    PushModelResponse.newBuilder()
                            .setModel(pushed.model().value())
                            .setAlreadyThere(alreadyThere)
                            .build());
        }

        private void refuse(Status status, String why) {
            forget();
            observer.onError(status.withDescription(why).asRuntimeException());
        }

        private void forget() {
            over = true;
            Artifacts.Upload current = upload;
            upload = null;
            if (current != null) {
                try {
                    current.close();
                } catch (IOException e) {
                    // The next start removes what is half written.
                }
            }
        }

        @Override
        public void onError(Throwable t) {
            forget();
        }

        @Override
        public void onCompleted() {
            if (over) {
                return;
            }
            Manifest pushed = manifest;
            if (pushed == null || upload != null) {
                refuse(Status.INVALID_ARGUMENT, "the push ended early: expected the manifest and all of its files");
                return;
            }
            try {
                Optional<String> problem = profile.isPresent()
                        ? artifacts.profileProblem(profile.get(), pushed.exits())
                        : Optional.empty();
                if (problem.isPresent()) {
                    refuse(Status.INVALID_ARGUMENT, problem.get());
                    return;
                }
                models.put(pushed, profile);
                finish(pushed, false);
            } catch (StoreException e) {
                refuse(Status.INTERNAL, String.valueOf(e.getMessage()));
            }
        }
    }
}

package dev.offramp.coordinator.rpc;

import com.google.protobuf.ByteString;
import dev.offramp.coordinator.Samples;
import dev.offramp.partition.artifact.Manifest;
import dev.offramp.proto.Codec;
import dev.offramp.proto.v1.ApplyPlacementRequest;
import dev.offramp.proto.v1.ChainRequest;
import dev.offramp.proto.v1.ControlGrpc;
import dev.offramp.proto.v1.Overflow;
import dev.offramp.proto.v1.PushModelRequest;
import dev.offramp.proto.v1.PushModelResponse;
import dev.offramp.proto.v1.ServiceRequest;
import dev.offramp.proto.v1.Snapshot;
import dev.offramp.proto.v1.WatchRequest;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Somebody who may do everything, at a coordinator; and a model of two partitions. */
record Operator(ManagedChannel channel) {
    static final Manifest MODEL = Samples.model("roadside", 2);
    static final long PATIENCE_SECONDS = 60;

    ControlGrpc.ControlBlockingStub control() {
        return ControlGrpc.newBlockingStub(channel).withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Watches snapshots until the node is there. */
    void awaitUp(String node) {
        Iterator<Snapshot> snapshots = control().watch(WatchRequest.getDefaultInstance());
        while (snapshots.next().getNodesList().stream()
                .noneMatch(one -> one.getUp() && one.getRegistration().getNode().equals(node))) {
            // The next one comes within a second.
        }
    }

    PushModelResponse push() throws Exception {
        return push(Samples.file("roadside", 0), Samples.file("roadside", 1));
    }

    PushModelResponse push(byte[]... files) throws Exception {
        return push(Codec.write(MODEL), files);
    }

    PushModelResponse push(dev.offramp.proto.v1.Manifest model, byte[]... files) throws Exception {
        CompletableFuture<PushModelResponse> answer = new CompletableFuture<>();
        StreamObserver<PushModelRequest> requests = ControlGrpc.newStub(channel).pushModel(new StreamObserver<>() {
            @Override
            public void onNext(PushModelResponse response) {
                answer.complete(response);
            }

            @Override
            public void onError(Throwable t) {
                answer.completeExceptionally(t);
            }

            @Override
            public void onCompleted() {}
        });
        requests.onNext(PushModelRequest.newBuilder().setManifest(model).build());
        for (byte[] file : files) {
            requests.onNext(PushModelRequest.newBuilder()
                    .setPiece(ByteString.copyFrom(file))
                    .build());
        }
        requests.onCompleted();
        return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** The model as one chain over these nodes. */
    static ApplyPlacementRequest placement(String... nodes) {
        return ApplyPlacementRequest.newBuilder()
                .addServices(ServiceRequest.newBuilder()
                        .setId("roadside")
                        .setModel("roadside")
                        .setOverflow(Overflow.DROP_NEW)
                        .setDeadlineNanos(1_000_000_000)
                        .addIngress(nodes[0])
                        .addChains(ChainRequest.newBuilder().setName("a").addAllNodes(List.of(nodes))))
                .build();
    }
}

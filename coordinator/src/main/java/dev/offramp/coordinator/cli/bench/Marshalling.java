package dev.offramp.coordinator.cli.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import com.sun.management.ThreadMXBean;
import dev.offramp.proto.stream.DataPlane;
import dev.offramp.proto.stream.Down;
import dev.offramp.proto.stream.Payload;
import dev.offramp.proto.v1.DataPlaneGrpc;
import dev.offramp.proto.v1.Downstream;
import dev.offramp.proto.v1.Job;
import dev.offramp.proto.v1.JobId;
import dev.offramp.proto.v1.Transfer;
import io.grpc.Drainable;
import io.grpc.HasByteBuffer;
import io.grpc.KnownLength;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;

/** Transfers of one size into buffers as gRPC has them, and out of them. Confined to one thread. */
final class Marshalling {
    /** What one frame of HTTP/2 brings. */
    private static final int FRAME_BYTES = 16 << 10;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** One transfer, written or read. */
    @FunctionalInterface
    interface Step {
        Taken run() throws IOException;
    }

    /** What it took. */
    record Taken(long nanos, long allocatedBytes) {}

    private final Transfer header;
    private final ByteBuffer activation;
    private final ByteBuffer landing;
    private final ByteBuffer socket;
    private final byte[] message;

    Marshalling(int bytes) {
        header = Transfer.newBuilder()
                .setJob(Job.newBuilder()
                        .setId(JobId.newBuilder()
                                .setIngress("bench")
                                .setIncarnation(1)
                                .setSequence(1))
                        .setService("service")
                        .setChain("a")
                        .setEpoch(1)
                        .setPolicyVersion(1)
                        .setRemainingNanos(1_000_000_000)
                        .setActivationBytes(bytes)
                        .addAllThresholds(List.of(0.9f, 0.9f, 0.9f, 0.9f, 0.9f)))
                .build();
        activation = ByteBuffer.allocateDirect(bytes);
        landing = ByteBuffer.allocateDirect(bytes);
        socket = ByteBuffer.allocateDirect(bytes + FRAME_BYTES);
        message = Downstream.newBuilder()
                .setTransfer(header.toBuilder().setActivation(ByteString.copyFrom(new byte[bytes])))
                .build()
                .toByteArray();
    }

    @FunctionalInterface
    private interface Body {
        void run() throws IOException;
    }

    private static Taken taking(Body body) throws IOException {
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        body.run();
        return new Taken(System.nanoTime() - start, THREADS.getCurrentThreadAllocatedBytes() - allocated);
    }

    Taken write() throws IOException {
        socket.clear();
        return taking(() -> {
            for (Down piece : DataPlane.transfer(header.toBuilder(), activation, DataPlane.PIECE_BYTES)) {
                drain(DataPlane.JOBS.streamRequest(piece));
            }
        });
    }

    Taken writeProtobuf() throws IOException {
        socket.clear();
        return taking(() -> {
            drain(DataPlaneGrpc.getJobsMethod()
                    .streamRequest(Downstream.newBuilder()
                            .setTransfer(header.toBuilder().setActivation(UnsafeByteOperations.unsafeWrap(activation)))
                            .build()));
        });
    }

    private void drain(InputStream stream) throws IOException {
        var unused = ((Drainable) stream).drainTo(new OutputStream() {
            @Override
            public void write(int value) {
                socket.put((byte) value);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                socket.put(bytes, offset, length);
            }
        });
    }

    /** To where a partition reads it. */
    Taken read() throws IOException {
        Frames arriving = new Frames();
        return taking(() -> {
            Payload payload = ((Down.Begun) DataPlane.JOBS.parseRequest(arriving)).payload();
            payload.readInto(landing.clear());
        });
    }

    Taken readProtobuf() throws IOException {
        Frames arriving = new Frames();
        return taking(() -> {
            Downstream read = DataPlaneGrpc.getJobsMethod().parseRequest(arriving);
            landing.clear().put(read.getTransfer().getActivation().asReadOnlyByteBuffer());
        });
    }

    /** The message as it comes from a socket. */
    private final class Frames extends InputStream implements KnownLength, HasByteBuffer {
        private final ByteBuffer all =
                ByteBuffer.allocateDirect(message.length).put(message).flip();

        @Override
        public int available() {
            return all.remaining();
        }

        @Override
        public int read() {
            return all.hasRemaining() ? Byte.toUnsignedInt(all.get()) : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (!all.hasRemaining()) {
                return length == 0 ? 0 : -1;
            }
            int count = Math.min(length, all.remaining());
            all.get(target, offset, count);
            return count;
        }

        @Override
        public long skip(long count) {
            int skipped = (int) Math.min(count, all.remaining());
            all.position(all.position() + skipped);
            return skipped;
        }

        @Override
        public boolean byteBufferSupported() {
            return true;
        }

        @Override
        public ByteBuffer getByteBuffer() {
            return all.slice(all.position(), Math.min(FRAME_BYTES, all.remaining()))
                    .asReadOnlyBuffer();
        }
    }
}

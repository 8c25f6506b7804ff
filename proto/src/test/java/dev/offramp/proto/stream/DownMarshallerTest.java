package dev.offramp.proto.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import dev.offramp.proto.v1.Downstream;
import dev.offramp.proto.v1.Hello;
import dev.offramp.proto.v1.Job;
import dev.offramp.proto.v1.JobId;
import dev.offramp.proto.v1.Piece;
import dev.offramp.proto.v1.Transfer;
import dev.offramp.proto.v1.Verdict;
import io.grpc.Drainable;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The marshaller against protobuf's own, byte for byte. */
class DownMarshallerTest {
    private static final DownMarshaller MARSHALLER = new DownMarshaller();
    /** Around the ends of lengths in one byte and two, of the head that is read at once, and of gRPC's frames. */
    private static final int[] SIZES = {0, 1, 100, 127, 128, 1900, 2047, 2048, 2049, 16_383, 16_384, 100_001};

    static int[] sizes() {
        return SIZES;
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private static Job job(int exits) {
        Job.Builder job = Job.newBuilder()
                .setId(JobId.newBuilder()
                        .setIngress("there")
                        .setIncarnation(1L << 40)
                        .setSequence(7))
                .setService("tiny")
                .setChain("a")
                .setRemainingNanos(Long.MAX_VALUE)
                .setActivationBytes(4);
        for (int exit = 0; exit < exits; exit++) {
            job.addThresholds(exit)
                    .addPassed(Verdict.newBuilder().setLabel(exit).setConfidence(0.5f));
        }
        return job.build();
    }

    private static Transfer header(int exits) {
        return Transfer.newBuilder()
                .setJob(job(exits))
                .setMark(3)
                .setTotalBytes(1L << 33)
                .build();
    }

    private static Downstream whole(Transfer header, byte[] activation) {
        return Downstream.newBuilder()
                .setTransfer(header.toBuilder().setActivation(ByteString.copyFrom(activation)))
                .build();
    }

    private static byte[] written(Down message) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        InputStream stream = MARSHALLER.stream(message);
        int length = stream.available();
        assertThat(((Drainable) stream).drainTo(out)).isEqualTo(length).isEqualTo(out.size());
        assertThat(stream.read()).isEqualTo(-1);
        return out.toByteArray();
    }

    private static byte[] read(Payload payload) throws IOException {
        ByteBuffer target = ByteBuffer.allocateDirect(payload.size() + 3);
        payload.readInto(target);
        byte[] bytes = new byte[target.flip().remaining()];
        target.get(bytes);
        return bytes;
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void writesWhatProtobufReads(int size) throws Exception {
        byte[] activation = bytes(size);
        ByteBuffer outside = ByteBuffer.allocateDirect(size).put(activation).flip();
        for (ByteBuffer source : new ByteBuffer[] {ByteBuffer.wrap(activation), outside, outside.asReadOnlyBuffer()}) {
            assertThat(Downstream.parseFrom(written(new Down.Begun(header(3), Payload.of(source)))))
                    .isEqualTo(whole(header(3), activation));
            assertThat(Downstream.parseFrom(written(new Down.Continued(Payload.of(source)))))
                    .isEqualTo(Downstream.newBuilder()
                            .setPiece(Piece.newBuilder().setActivation(ByteString.copyFrom(activation)))
                            .build());
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void writesTheSameWhereGrpcReadsItAsAStream(int size) throws Exception {
        Down message = new Down.Begun(header(2), Payload.of(ByteBuffer.wrap(bytes(size))));
        byte[] drained = written(message);

        assertThat(MARSHALLER.stream(message).readAllBytes()).isEqualTo(drained);
        ByteArrayOutputStream single = new ByteArrayOutputStream();
        InputStream stream = MARSHALLER.stream(message);
        for (int next = stream.read(); next >= 0; next = stream.read()) {
            single.write(next);
        }
        assertThat(single.toByteArray()).isEqualTo(drained);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void readsWhatProtobufWrites(int size) throws Exception {
        byte[] activation = bytes(size);
        // With 300 exits what stands before the activation is longer than the head that is read at once.
        for (int exits : new int[] {0, 3, 300}) {
            byte[] message = whole(header(exits), activation).toByteArray();
            for (int bufferBytes : new int[] {1 + message.length / 7, 1000, message.length + 1}) {
                Down.Begun begun = (Down.Begun) MARSHALLER.parse(new Arriving(message, bufferBytes));
                assertThat(begun.header()).isEqualTo(header(exits));
                assertThat(begun.payload().size()).isEqualTo(size);
                assertThat(read(begun.payload())).isEqualTo(activation);
            }
            Down.Begun plain = (Down.Begun) MARSHALLER.parse(new ByteArrayInputStream(message));
            assertThat(plain.header()).isEqualTo(header(exits));
            assertThat(read(plain.payload())).isEqualTo(activation);
        }
        byte[] piece = Downstream.newBuilder()
                .setPiece(Piece.newBuilder().setActivation(ByteString.copyFrom(activation)))
                .build()
                .toByteArray();
        assertThat(read(((Down.Continued) MARSHALLER.parse(new Arriving(piece, 999))).payload()))
                .isEqualTo(activation);
    }

    @Test
    void readsFieldsInAnyOrderAndKeepsUnknownOnes() throws Exception {
        UnknownFieldSet newer = UnknownFieldSet.newBuilder()
                .addField(9, UnknownFieldSet.Field.newBuilder().addVarint(5).build())
                .build();
        Transfer header = header(1).toBuilder().setUnknownFields(newer).build();
        ByteArrayOutputStream transfer = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(transfer);
        out.writeByteArray(Transfer.ACTIVATION_FIELD_NUMBER, new byte[] {9, 9});
        out.writeByteArray(Transfer.ACTIVATION_FIELD_NUMBER, new byte[] {1, 2, 3});
        header.writeTo(out);
        out.flush();
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        out = CodedOutputStream.newInstance(message);
        out.writeByteArray(Downstream.TRANSFER_FIELD_NUMBER, transfer.toByteArray());
        out.flush();

        Down.Begun begun = (Down.Begun) MARSHALLER.parse(new Arriving(message.toByteArray(), 10));

        assertThat(begun.header()).isEqualTo(header);
        assertThat(read(begun.payload())).containsExactly(1, 2, 3);
        byte[] usual = whole(header, new byte[] {1, 2, 3}).toByteArray();
        assertThat(((Down.Begun) MARSHALLER.parse(new Arriving(usual, 10))).header())
                .isEqualTo(header);
    }

    @Test
    void passesOtherMessagesThroughProtobuf() throws Exception {
        Downstream hello = Downstream.newBuilder()
                .setHello(Hello.newBuilder().setNode("x").setIncarnation(2))
                .build();

        byte[] message = written(Down.of(hello));

        assertThat(message).isEqualTo(hello.toByteArray());
        assertThat(MARSHALLER.parse(new Arriving(message, 4))).isEqualTo(new Down.Plain(hello));
        assertThat(MARSHALLER.parse(new Arriving(new byte[0], 4)))
                .isEqualTo(new Down.Plain(Downstream.getDefaultInstance()));
    }

    @Test
    void sendsNothingMalformed() {
        assertThatThrownBy(() -> MARSHALLER.stream(new Down.Malformed("x")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Whatever is done to a message, it reads as protobuf would read it, or is said to be malformed. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void readsDamagedMessagesAsProtobufWould(long seed) throws Exception {
        Random random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            byte[] message = damaged(random);
            Down parsed = MARSHALLER.parse(new Arriving(message, 1 + random.nextInt(400)));
            Downstream expected;
            try {
                expected = Downstream.parseFrom(message);
            } catch (InvalidProtocolBufferException e) {
                assertThat(parsed).as("seed %d, round %d", seed, round).isInstanceOf(Down.Malformed.class);
                continue;
            }
            assertThat(again(parsed)).as("seed %d, round %d", seed, round).isEqualTo(known(expected));
        }
    }

    /** Without what only a newer neighbour could mean, beside a transfer and in a piece. */
    private static Downstream known(Downstream message) {
        return switch (message.getMessageCase()) {
            case TRANSFER ->
                Downstream.newBuilder().setTransfer(message.getTransfer()).build();
            case PIECE ->
                Downstream.newBuilder()
                        .setPiece(Piece.newBuilder()
                                .setActivation(message.getPiece().getActivation()))
                        .build();
            default -> message;
        };
    }

    private static byte[] damaged(Random random) {
        byte[] message = random.nextBoolean()
                ? whole(header(random.nextInt(4)), bytes(random.nextInt(300))).toByteArray()
                : Downstream.newBuilder()
                        .setPiece(Piece.newBuilder().setActivation(ByteString.copyFrom(bytes(random.nextInt(300)))))
                        .build()
                        .toByteArray();
        // Most of what matters stands at the beginning.
        int near = Math.min(message.length, 1 + random.nextInt(120));
        for (int flips = random.nextInt(4); flips > 0; flips--) {
            message[random.nextInt(near)] ^= (byte) (1 << random.nextInt(8));
        }
        return random.nextInt(3) == 0 ? Arrays.copyOf(message, random.nextInt(message.length + 1)) : message;
    }

    private static Downstream again(Down parsed) throws IOException {
        return switch (parsed) {
            case Down.Plain plain -> plain.message();
            case Down.Begun begun -> whole(begun.header(), read(begun.payload()));
            case Down.Continued piece ->
                Downstream.newBuilder()
                        .setPiece(Piece.newBuilder().setActivation(ByteString.copyFrom(read(piece.payload()))))
                        .build();
            case Down.Malformed malformed -> throw new AssertionError(malformed.why());
        };
    }

    /** What grows with the activation is gRPC's and the receiver's own, never the marshaller's. */
    @Test
    void allocatesNoMoreForALargeActivationThanForASmallOne() throws Exception {
        ByteBuffer target = ByteBuffer.allocateDirect(4 << 20);
        OutputStream nowhere = OutputStream.nullOutputStream();
        Map<Integer, Long> most = new HashMap<>();
        for (int round = 0; round < 20; round++) {
            for (int size : new int[] {64 << 10, 4 << 20}) {
                ByteBuffer activation = ByteBuffer.allocateDirect(size);
                Arriving arriving =
                        new Arriving(whole(header(3), new byte[size]).toByteArray(), 16 << 10);
                long before = allocatedBytes();
                ((Drainable) MARSHALLER.stream(new Down.Begun(header(3), Payload.of(activation)))).drainTo(nowhere);
                ((Down.Begun) MARSHALLER.parse(arriving)).payload().readInto(target.clear());
                most.merge(size, allocatedBytes() - before, Math::min);
            }
        }
        assertThat(most.get(64 << 10)).isBetween(1L, 64L << 10);
        // A view per buffer of gRPC's: 240 of them here, about 130 bytes each.
        assertThat(most.get(4 << 20) - most.get(64 << 10)).isLessThan(64 << 10);
    }

    private static long allocatedBytes() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @Test
    void saysHowMuchOfAnActivationIsMissing() {
        Payload payload = Payload.arriving(ByteBuffer.wrap(new byte[2]), new Arriving(new byte[3], 2), 5);

        assertThatThrownBy(() -> payload.readInto(ByteBuffer.allocate(7)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("2 bytes");
    }

    @Test
    void cutsAnActivationIntoPiecesThatAreAllOfIt() throws Exception {
        for (int size : new int[] {0, 1, 9, 10, 11, 19, 20, 21, 95}) {
            byte[] activation = bytes(size);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            var messages = DataPlane.transfer(
                    header(1).toBuilder(), ByteBuffer.wrap(activation).asReadOnlyBuffer(), 10);
            for (Down message : messages) {
                Payload payload =
                        switch (message) {
                            case Down.Begun begun -> begun.payload();
                            case Down.Continued piece -> piece.payload();
                            default -> throw new AssertionError(message.toString());
                        };
                assertThat(payload.size()).isBetween(Math.min(1, size), 10);
                all.writeBytes(read(payload));
            }
            assertThat(all.toByteArray()).isEqualTo(activation);
            assertThat(((Down.Begun) messages.getFirst()).header().getTotalBytes())
                    .isEqualTo(size > 10 ? size : 0);
        }
    }
}

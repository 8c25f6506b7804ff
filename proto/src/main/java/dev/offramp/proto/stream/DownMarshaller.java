package dev.offramp.proto.stream;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.WireFormat;
import dev.offramp.proto.v1.Downstream;
import dev.offramp.proto.v1.Piece;
import dev.offramp.proto.v1.Transfer;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@link Downstream} on the wire, byte for byte what protobuf makes of it, but activations pass by without a copy on the heap.
 * Writing: the fields before the activation are protobuf's work, the activation's own tag and length are put after them, and
 * its bytes go straight into gRPC's buffers. Reading: what protobuf's own writers send, the activation last, is recognised,
 * and the activation is left where it is, in gRPC's buffers; anything else, valid or not, is protobuf's to read.
 *
 * <p>Nothing is allocated by a length that a message claims: the message itself is there in full, and no longer than gRPC's
 * limit. Thread-safe.
 */
final class DownMarshaller implements Marshaller<Down> {
    /** Of what comes before an activation; whoever sends more has it read by protobuf. */
    static final int HEAD_BYTES = 2048;

    private static final int TRANSFER_TAG = tag(Downstream.TRANSFER_FIELD_NUMBER);
    private static final int PIECE_TAG = tag(Downstream.PIECE_FIELD_NUMBER);
    private static final int ACTIVATION_TAG = tag(Transfer.ACTIVATION_FIELD_NUMBER);
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private static int tag(int field) {
        return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    @Override
    public InputStream stream(Down message) {
        return switch (message) {
            case Down.Plain plain ->
                new OutgoingMessage(ByteBuffer.wrap(plain.message().toByteArray()), NOTHING);
            case Down.Begun begun -> write(TRANSFER_TAG, begun.header(), begun.payload());
            case Down.Continued continued -> write(PIECE_TAG, Piece.getDefaultInstance(), continued.payload());
            case Down.Malformed malformed -> throw new IllegalArgumentException("not to be sent: " + malformed.why());
        };
    }

    private static InputStream write(int tag, MessageLite fields, Payload payload) {
        int fieldBytes = fields.getSerializedSize();
        int size = payload.size();
        int activationHead = CodedOutputStream.computeUInt32SizeNoTag(ACTIVATION_TAG)
                + CodedOutputStream.computeUInt32SizeNoTag(size);
        int length = Math.addExact(fieldBytes + activationHead, size);
        byte[] head = new byte
                [CodedOutputStream.computeUInt32SizeNoTag(tag)
                        + CodedOutputStream.computeUInt32SizeNoTag(length)
                        + fieldBytes
                        + activationHead];
        CodedOutputStream out = CodedOutputStream.newInstance(head);
        try {
            out.writeUInt32NoTag(tag);
            out.writeUInt32NoTag(length);
            fields.writeTo(out);
            out.writeUInt32NoTag(ACTIVATION_TAG);
            out.writeUInt32NoTag(size);
            out.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new UncheckedIOException("an array of the right size is too small", e);
        }
        return new OutgoingMessage(ByteBuffer.wrap(head), payload.bytes());
    }

    @Override
    public Down parse(InputStream in) {
        try {
            // Of a compressed message the length is not known before it is read.
            return in instanceof KnownLength ? parse(in, in.available()) : protobuf(Downstream.parseFrom(in));
        } catch (InvalidProtocolBufferException e) {
            return new Down.Malformed("no protobuf message: " + e.getMessage());
        } catch (IOException e) {
            return new Down.Malformed("unreadable: " + e.getMessage());
        }
    }

    private static Down parse(InputStream in, int size) throws IOException {
        byte[] head = new byte[Math.min(size, HEAD_BYTES)];
        int there = in.readNBytes(head, 0, head.length);
        Layout layout = Layout.of(head, there, size);
        if (layout == null) {
            return protobuf(everything(head, there, in, size));
        }
        Payload payload = Payload.arriving(
                ByteBuffer.wrap(head, layout.activation(), there - layout.activation()), in, size - there);
        if (layout.tag() == PIECE_TAG) {
            return new Down.Continued(payload);
        }
        Transfer header = Transfer.parser().parseFrom(head, layout.fields(), layout.fieldBytes());
        return new Down.Begun(header, payload);
    }

    private static Downstream everything(byte[] head, int there, InputStream in, int size) throws IOException {
        byte[] all = Arrays.copyOf(head, size);
        int count = there + in.readNBytes(all, there, size - there);
        return Downstream.parser().parseFrom(all, 0, count);
    }

    /** The same for a message that protobuf has read. */
    private static Down protobuf(Downstream message) {
        return switch (message.getMessageCase()) {
            case TRANSFER -> {
                Transfer transfer = message.getTransfer();
                yield new Down.Begun(transfer.toBuilder().clearActivation().build(), payload(transfer.getActivation()));
            }
            case PIECE -> new Down.Continued(payload(message.getPiece().getActivation()));
            case HELLO, OFFER, WITHDRAW, MARK, MESSAGE_NOT_SET -> new Down.Plain(message);
        };
    }

    private static Payload payload(ByteString bytes) {
        return Payload.of(bytes.asReadOnlyByteBuffer());
    }

    /**
     * Where things are in a transfer or a piece whose activation comes last.
     *
     * @param tag of the message
     * @param fields where those before the activation begin
     * @param activation where it begins; it ends with the message
     */
    private record Layout(int tag, int fields, int fieldBytes, int activation) {

        /** Null: the message is another one, or its fields come in another order. */
        static @Nullable Layout of(byte[] head, int there, int size) {
            Cursor cursor = new Cursor(head, there);
            int tag = cursor.varint();
            if ((tag != TRANSFER_TAG && tag != PIECE_TAG) || cursor.varint() != size - cursor.position()) {
                return null;
            }
            int fields = cursor.position();
            int before = fields;
            for (int next = cursor.varint(); next != ACTIVATION_TAG; next = cursor.varint()) {
                // A piece has no other field.
                if (tag == PIECE_TAG || !cursor.skip(next)) {
                    return null;
                }
                before = cursor.position();
            }
            int length = cursor.varint();
            boolean last = length >= 0 && length == size - cursor.position();
            return last ? new Layout(tag, fields, before - fields, cursor.position()) : null;
        }
    }

    /** Reads a message's head; past its end there is only -1. */
    private static final class Cursor {
        private static final int MAX_VARINT_BYTES = 5;

        private final byte[] bytes;
        private final int end;
        private int position;

        Cursor(byte[] bytes, int end) {
            this.bytes = bytes;
            this.end = end;
        }

        int position() {
            return position;
        }

        /** Up to 2³¹ − 1; -1 for anything greater, longer than it must be, or cut off. */
        int varint() {
            long value = 0;
            for (int i = 0; i < MAX_VARINT_BYTES && position < end; i++) {
                byte next = bytes[position++];
                value |= (long) (next & 0x7F) << (7 * i);
                if (next >= 0) {
                    return value <= Integer.MAX_VALUE ? (int) value : -1;
                }
            }
            position = end;
            return -1;
        }

        /** Passes over a field; false if it is no whole field of a known kind. */
        boolean skip(int tag) {
            if (tag < 0) {
                return false;
            }
            return switch (WireFormat.getTagWireType(tag)) {
                case WireFormat.WIRETYPE_VARINT -> skipVarint();
                case WireFormat.WIRETYPE_FIXED64 -> advance(Long.BYTES);
                case WireFormat.WIRETYPE_LENGTH_DELIMITED -> advance(varint());
                case WireFormat.WIRETYPE_FIXED32 -> advance(Integer.BYTES);
                default -> false;
            };
        }

        private boolean skipVarint() {
            while (position < end) {
                if (bytes[position++] >= 0) {
                    return true;
                }
            }
            return false;
        }

        private boolean advance(int count) {
            if (count < 0 || count > end - position) {
                return false;
            }
            position += count;
            return true;
        }
    }
}

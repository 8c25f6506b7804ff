package dev.offramp.agent.ingress;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** Walks a PNG's chunks from signature to IEND, checksums included, before anything decodes it. Stateless. */
final class PngCheck {
    private static final long SIGNATURE = 0x89504E470D0A1A0AL;
    private static final int SIGNATURE_BYTES = 8;
    private static final int CHUNK_OVERHEAD_BYTES = 12;
    private static final int IHDR = 0x49484452;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454E44;
    private static final int IHDR_BYTES = 13;

    private PngCheck() {}

    static boolean claims(byte[] bytes) {
        return bytes.length >= SIGNATURE_BYTES && ByteBuffer.wrap(bytes).getLong() == SIGNATURE;
    }

    static FrameSize check(byte[] bytes) throws RefusalException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        FrameSize size = null;
        boolean data = false;
        int at = SIGNATURE_BYTES;
        while (true) {
            int length = checkChunk(bytes, buffer, at);
            int type = buffer.getInt(at + 4);
            if (size == null) {
                if (type != IHDR || length != IHDR_BYTES) {
                    throw FrameDecoder.unreadable("PNG does not begin with its header");
                }
                size = new FrameSize(buffer.getInt(at + 8), buffer.getInt(at + 12));
            }
            data |= type == IDAT;
            at += CHUNK_OVERHEAD_BYTES + length;
            if (type == IEND) {
                if (!data || at != bytes.length) {
                    throw FrameDecoder.unreadable(
                            data ? "PNG has bytes after its end" : "PNG has no picture before its end");
                }
                return size;
            }
        }
    }

    private static int checkChunk(byte[] bytes, ByteBuffer buffer, int at) throws RefusalException {
        if (bytes.length - at < CHUNK_OVERHEAD_BYTES) {
            throw FrameDecoder.unreadable("PNG ends at byte %d without its end chunk".formatted(bytes.length));
        }
        int length = buffer.getInt(at);
        if (length < 0 || length > bytes.length - at - CHUNK_OVERHEAD_BYTES) {
            throw FrameDecoder.unreadable("PNG is cut off in the chunk at byte %d".formatted(at));
        }
        CRC32 crc = new CRC32();
        crc.update(bytes, at + 4, 4 + length);
        if ((int) crc.getValue() != buffer.getInt(at + 8 + length)) {
            throw FrameDecoder.unreadable("PNG chunk at byte %d has a wrong checksum".formatted(at));
        }
        return length;
    }
}

package dev.offramp.agent.ingress;

/**
 * Walks a JPEG's segments from SOI to EOI before anything decodes it: image libraries return a picture for truncated
 * ones. Two frame headers are refused, since a decoder believes the first one's dimensions, and so are more scans than
 * any encoder makes: each costs a pass over the whole picture, however few bytes it has. Stateless.
 */
final class JpegCheck {
    /** Scans of one picture; encoders make 10 for a progressive one, and some a few more. */
    private static final int MAX_SCANS = 64;

    private static final int SOI = 0xD8;
    private static final int EOI = 0xD9;
    private static final int SOS = 0xDA;
    private static final int TEM = 0x01;

    private JpegCheck() {}

    static boolean claims(byte[] bytes) {
        return bytes.length >= 3 && u8(bytes, 0) == 0xFF && u8(bytes, 1) == SOI && u8(bytes, 2) == 0xFF;
    }

    static FrameSize check(byte[] bytes) throws RefusalException {
        FrameSize size = null;
        int scans = 0;
        int at = 2;
        while (true) {
            if (at + 1 >= bytes.length) {
                throw bad("JPEG ends at byte %d without its end marker".formatted(bytes.length));
            }
            if (u8(bytes, at) != 0xFF) {
                throw bad("JPEG has no marker at byte %d".formatted(at));
            }
            int marker = u8(bytes, at + 1);
            if (marker == 0xFF) {
                at++;
            } else if (marker == EOI) {
                if (size == null || scans == 0) {
                    throw bad("JPEG has no picture before its end marker");
                }
                checkTail(bytes, at + 2);
                return size;
            } else if (marker == TEM || isRestart(marker)) {
                at += 2;
            } else {
                int next = skipSegment(bytes, at);
                if (isFrameHeader(marker)) {
                    if (size != null) {
                        throw bad("JPEG has a second frame header at byte %d".formatted(at));
                    }
                    size = frameSize(bytes, at, next);
                } else if (marker == SOS) {
                    if (size == null) {
                        throw bad("JPEG has data before its frame header");
                    }
                    if (++scans > MAX_SCANS) {
                        throw bad("JPEG has more than %d scans".formatted(MAX_SCANS));
                    }
                    next = skipEntropyCoded(bytes, next);
                }
                at = next;
            }
        }
    }

    private static int skipSegment(byte[] bytes, int at) throws RefusalException {
        if (at + 3 >= bytes.length) {
            throw bad("JPEG is cut off in the segment at byte %d".formatted(at));
        }
        int length = u16(bytes, at + 2);
        if (length < 2 || at + 2 + length > bytes.length) {
            throw bad("JPEG segment at byte %d has length %d of %d bytes left"
                    .formatted(at, length, bytes.length - at - 2));
        }
        return at + 2 + length;
    }

    private static FrameSize frameSize(byte[] bytes, int at, int next) throws RefusalException {
        if (next - at < 10) {
            throw bad("JPEG frame header at byte %d is too short".formatted(at));
        }
        return new FrameSize(u16(bytes, at + 7), u16(bytes, at + 5));
    }

    /** To the next marker that is neither a stuffed byte nor a restart. */
    private static int skipEntropyCoded(byte[] bytes, int from) throws RefusalException {
        for (int at = from; at + 1 < bytes.length; at++) {
            if (u8(bytes, at) == 0xFF) {
                int marker = u8(bytes, at + 1);
                if (marker != 0 && marker != 0xFF && !isRestart(marker)) {
                    return at;
                }
            }
        }
        throw bad("JPEG ends at byte %d without its end marker".formatted(bytes.length));
    }

    /** Cameras pad with zeros or line ends; anything else is not part of a picture. */
    private static void checkTail(byte[] bytes, int from) throws RefusalException {
        for (int at = from; at < bytes.length; at++) {
            if (bytes[at] != 0 && bytes[at] != '\r' && bytes[at] != '\n' && bytes[at] != (byte) 0xFF) {
                throw bad("JPEG has %d bytes after its end marker".formatted(bytes.length - from));
            }
        }
    }

    /** SOF0 … SOF15 without DHT, JPG and DAC. */
    private static boolean isFrameHeader(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    private static boolean isRestart(int marker) {
        return marker >= 0xD0 && marker <= 0xD7;
    }

    private static int u8(byte[] bytes, int at) {
        return bytes[at] & 0xFF;
    }

    private static int u16(byte[] bytes, int at) {
        return u8(bytes, at) << 8 | u8(bytes, at + 1);
    }

    private static RefusalException bad(String message) {
        return FrameDecoder.unreadable(message);
    }
}

package dev.offramp.agent.ingress.stream;

import dev.offramp.agent.ingress.Frames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Streams as cameras send them, and what a parser finds in them. */
final class Streams {
    static final int MAX_FRAME_BYTES = 64 << 10;

    private Streams() {}

    /** What a parser has found. */
    static final class Found implements FrameParser.Sink {
        final List<byte[]> frames = new ArrayList<>();
        int oversize;

        @Override
        public void frame(byte[] frame) {
            frames.add(frame);
        }

        @Override
        public void oversize() {
            oversize++;
        }
    }

    static byte[] jpeg() {
        try {
            return Frames.bytes("scene.jpg");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] bytes(Object... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Object part : parts) {
            out.writeBytes(part instanceof byte[] raw ? raw : part.toString().getBytes(StandardCharsets.ISO_8859_1));
        }
        return out.toByteArray();
    }

    /** As ffmpeg, motion and most others: the length stands before each frame. */
    static byte[] counted(String boundary, byte[]... frames) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] frame : frames) {
            out.writeBytes(bytes(
                    "--",
                    boundary,
                    "\r\nContent-Type: image/jpeg\r\ncontent-length: ",
                    frame.length,
                    "\r\n\r\n",
                    frame,
                    "\r\n"));
        }
        return out.toByteArray();
    }

    /** Without lengths. */
    static byte[] open(String boundary, byte[]... frames) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] frame : frames) {
            out.writeBytes(bytes("--", boundary, "\r\nContent-Type: image/jpeg\r\n\r\n", frame, "\r\n"));
        }
        out.writeBytes(bytes("--", boundary, "--\r\n"));
        return out.toByteArray();
    }

    static Found parse(FrameParser parser, byte[] stream, int chunkBytes) throws StreamException {
        Found found = new Found();
        for (int at = 0; at < stream.length; at += chunkBytes) {
            parser.feed(Arrays.copyOfRange(stream, at, Math.min(stream.length, at + chunkBytes)), found);
        }
        parser.end(found);
        return found;
    }
}

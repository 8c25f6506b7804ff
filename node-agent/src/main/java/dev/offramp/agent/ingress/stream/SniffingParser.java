package dev.offramp.agent.ingress.stream;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** For streams that do not say what they are: a first line that begins with two dashes is a boundary, else JPEGs follow. */
final class SniffingParser implements FrameParser {
    private static final int MAX_LINE_BYTES = MultipartParser.MAX_BOUNDARY_CHARACTERS + 4;
    private static final int MAX_BLANK_BYTES = 1 << 10;

    private final int maxFrameBytes;
    private final FrameBuffer start = new FrameBuffer(MAX_LINE_BYTES);
    private int blankBytes;
    private @Nullable FrameParser found;

    SniffingParser(int maxFrameBytes) {
        this.maxFrameBytes = maxFrameBytes;
    }

    @Override
    public void feed(byte[] bytes, Sink sink) throws StreamException {
        int at = 0;
        while (found == null && at < bytes.length) {
            look(bytes, at, sink);
            at++;
        }
        if (found != null && at < bytes.length) {
            found.feed(java.util.Arrays.copyOfRange(bytes, at, bytes.length), sink);
        }
    }

    private void look(byte[] bytes, int at, Sink sink) throws StreamException {
        byte next = bytes[at];
        boolean blank = next == '\r' || next == '\n' || next == ' ';
        if (start.length() == 0 && blank) {
            if (++blankBytes > MAX_BLANK_BYTES) {
                throw new StreamException(
                        "%d blank bytes: expected a boundary or a JPEG at the beginning".formatted(blankBytes));
            }
            return;
        }
        boolean full = !start.append(bytes, at, 1);
        boolean dashes = (start.length() < 1 || start.at(0) == '-') && (start.length() < 2 || start.at(1) == '-');
        if (full) {
            throw new StreamException(
                    "the first line begins with two dashes and has more than %d bytes: expected a boundary"
                            .formatted(MAX_LINE_BYTES));
        }
        if (!dashes) {
            found = new JpegParser(maxFrameBytes);
            found.feed(start.take(start.length()), sink);
        } else if (next == '\n') {
            byte[] line = start.take(start.length());
            String boundary = new String(line, StandardCharsets.ISO_8859_1).strip();
            if (boundary.length() <= 2) {
                throw new StreamException("the first line is '%s': expected a boundary".formatted(boundary));
            }
            found = new MultipartParser(boundary, maxFrameBytes);
            found.feed(line, sink);
        }
    }

    @Override
    public void end(Sink sink) throws StreamException {
        if (found != null) {
            found.end(sink);
        }
    }
}

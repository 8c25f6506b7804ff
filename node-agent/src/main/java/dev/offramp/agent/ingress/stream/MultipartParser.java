package dev.offramp.agent.ingress.stream;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of a {@code multipart/x-mixed-replace} stream. A part with a content length is whole when that many bytes have
 * come, one without when the next boundary has. What is no boundary between parts is skipped, as cameras write it in many
 * ways.
 */
final class MultipartParser implements FrameParser {
    static final int MAX_BOUNDARY_CHARACTERS = 200;

    private static final int MAX_HEADER_BYTES = 8 << 10;
    private static final Pattern BOUNDARY =
            Pattern.compile("(?i)^multipart/[^;]*;(?:.*;)?\\s*boundary\\s*=\\s*(\"([^\"]+)\"|[^;\\s]+)");

    private enum State {
        /** Looks for the next boundary. */
        BETWEEN,
        /** Has seen it; is on the rest of its line. */
        BOUNDARY_LINE,
        HEADERS,
        /** In a part whose length is known. */
        COUNTED_BODY,
        /** In a part that ends at the next boundary. */
        OPEN_BODY,
        /** In a part that is too large; looks for the next boundary. */
        OVERSIZE_BODY,
        /** After the last boundary: what comes is nobody's. */
        OVER
    }

    private final byte[] delimiter;
    private final int[] borders;
    private final int maxFrameBytes;
    private final FrameBuffer body;
    private final StringBuilder line = new StringBuilder();
    private State state = State.BETWEEN;
    private int matched;
    private int headerBytes;
    private long skippedBytes;
    private long announcedBytes;

    MultipartParser(String boundary, int maxFrameBytes) throws StreamException {
        if (boundary.isEmpty() || boundary.length() > MAX_BOUNDARY_CHARACTERS) {
            throw new StreamException("a boundary of %d characters: expected 1 to %d"
                    .formatted(boundary.length(), MAX_BOUNDARY_CHARACTERS));
        }
        // Some cameras count the two dashes among the boundary.
        String text = boundary.startsWith("--") ? boundary : "--" + boundary;
        this.delimiter = text.getBytes(StandardCharsets.ISO_8859_1);
        this.borders = borders(delimiter);
        this.maxFrameBytes = maxFrameBytes;
        this.body = new FrameBuffer(maxFrameBytes + delimiter.length + 2);
    }

    /** The boundary that a content type names. */
    static Optional<String> boundary(String contentType) {
        Matcher matcher = BOUNDARY.matcher(contentType);
        return matcher.find()
                ? Optional.of(matcher.group(2) == null ? matcher.group(1) : matcher.group(2))
                : Optional.empty();
    }

    @Override
    public void feed(byte[] bytes, Sink sink) throws StreamException {
        int at = 0;
        while (at < bytes.length) {
            at = switch (state) {
                case BETWEEN -> skipToBoundary(bytes, at);
                case BOUNDARY_LINE -> boundaryLine(bytes, at);
                case HEADERS -> headers(bytes, at, sink);
                case COUNTED_BODY -> countedBody(bytes, at, sink);
                case OPEN_BODY -> openBody(bytes, at, sink);
                case OVERSIZE_BODY -> oversizeBody(bytes, at);
                case OVER -> bytes.length;
            };
        }
    }

    private int skipToBoundary(byte[] bytes, int from) throws StreamException {
        for (int at = from; at < bytes.length; at++) {
            if (matches(bytes[at])) {
                state = State.BOUNDARY_LINE;
                skippedBytes = 0;
                return at + 1;
            }
            if (++skippedBytes > maxFrameBytes + (long) MAX_HEADER_BYTES) {
                throw new StreamException("no boundary '%s' in %d bytes: expected it before every frame"
                        .formatted(new String(delimiter, StandardCharsets.ISO_8859_1), skippedBytes));
            }
        }
        return bytes.length;
    }

    /** Whether the delimiter ends with this byte. */
    private boolean matches(byte next) {
        while (matched > 0 && delimiter[matched] != next) {
            matched = borders[matched - 1];
        }
        if (delimiter[matched] == next) {
            matched++;
        }
        if (matched == delimiter.length) {
            matched = 0;
            return true;
        }
        return false;
    }

    /** By prefix of {@code text}, the length of its longest beginning that is also its end (Knuth, Morris and Pratt). */
    private static int[] borders(byte[] text) {
        int[] borders = new int[text.length];
        int border = 0;
        for (int i = 1; i < text.length; i++) {
            while (border > 0 && text[border] != text[i]) {
                border = borders[border - 1];
            }
            if (text[border] == text[i]) {
                border++;
            }
            borders[i] = border;
        }
        return borders;
    }

    private int boundaryLine(byte[] bytes, int from) throws StreamException {
        for (int at = from; at < bytes.length; at++) {
            if (bytes[at] == '\n') {
                boolean last = line.toString().strip().equals("--");
                line.setLength(0);
                state = last ? State.OVER : State.HEADERS;
                announcedBytes = -1;
                headerBytes = 0;
                return at + 1;
            }
            appendToLine(bytes[at]);
        }
        return bytes.length;
    }

    private void appendToLine(byte next) throws StreamException {
        if (++headerBytes > MAX_HEADER_BYTES) {
            throw new StreamException("a part's header has more than %d bytes: expected a few lines before each frame"
                    .formatted(MAX_HEADER_BYTES));
        }
        line.append((char) (next & 0xFF));
    }

    private int headers(byte[] bytes, int from, Sink sink) throws StreamException {
        for (int at = from; at < bytes.length; at++) {
            if (bytes[at] != '\n') {
                appendToLine(bytes[at]);
                continue;
            }
            String header = line.toString().strip();
            line.setLength(0);
            if (header.isEmpty()) {
                beginBody(sink);
                return at + 1;
            }
            read(header);
        }
        return bytes.length;
    }

    private void read(String header) throws StreamException {
        int colon = header.indexOf(':');
        if (colon > 0
                && header.substring(0, colon).strip().toLowerCase(Locale.ROOT).equals("content-length")) {
            String value = header.substring(colon + 1).strip();
            try {
                announcedBytes = Long.parseLong(value);
            } catch (NumberFormatException e) {
                announcedBytes = -1;
            }
            if (announcedBytes < 0) {
                throw new StreamException("a part of '%s' bytes: expected a number".formatted(value));
            }
        }
    }

    private void beginBody(Sink sink) {
        body.clear();
        if (announcedBytes > maxFrameBytes) {
            state = State.OVERSIZE_BODY;
            sink.oversize();
        } else if (announcedBytes > 0) {
            state = State.COUNTED_BODY;
        } else if (announcedBytes == 0) {
            state = State.BETWEEN;
            sink.frame(new byte[0]);
        } else {
            state = State.OPEN_BODY;
        }
    }

    private int countedBody(byte[] bytes, int from, Sink sink) {
        int count = (int) Math.min(bytes.length - from, announcedBytes - body.length());
        body.append(bytes, from, count);
        if (body.length() == announcedBytes) {
            state = State.BETWEEN;
            sink.frame(body.take(body.length()));
        }
        return from + count;
    }

    private int openBody(byte[] bytes, int from, Sink sink) {
        for (int at = from; at < bytes.length; at++) {
            if (matches(bytes[at])) {
                body.append(bytes, from, at + 1 - from);
                emit(body.length() - delimiter.length, sink);
                state = State.BOUNDARY_LINE;
                return at + 1;
            }
            if (body.length() + (at + 1 - from) == maxFrameBytes + delimiter.length + 2) {
                body.clear();
                state = State.OVERSIZE_BODY;
                sink.oversize();
                return at + 1;
            }
        }
        body.append(bytes, from, bytes.length - from);
        return bytes.length;
    }

    /** Without the line end that belongs to the boundary. */
    private void emit(int length, Sink sink) {
        int end = length;
        if (end > 0 && body.at(end - 1) == '\n') {
            end--;
            if (end > 0 && body.at(end - 1) == '\r') {
                end--;
            }
        }
        if (end > maxFrameBytes) {
            body.clear();
            sink.oversize();
        } else {
            sink.frame(body.take(end));
        }
    }

    private int oversizeBody(byte[] bytes, int from) {
        for (int at = from; at < bytes.length; at++) {
            if (matches(bytes[at])) {
                state = State.BOUNDARY_LINE;
                return at + 1;
            }
        }
        return bytes.length;
    }

    /** A part without length is whole when the stream ends; one that is cut off is left to be refused as a frame. */
    @Override
    public void end(Sink sink) {
        if ((state == State.OPEN_BODY || state == State.COUNTED_BODY) && body.length() > 0) {
            emit(body.length(), sink);
        }
        state = State.OVER;
    }
}

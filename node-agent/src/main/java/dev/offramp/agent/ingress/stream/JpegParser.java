package dev.offramp.agent.ingress.stream;

/**
 * JPEGs that follow one another, found by their markers: from SOI over the segments, which say how long they are, and the
 * data behind SOS, in which only certain markers may stand, to EOI. A picture inside a segment (a thumbnail) is passed
 * over with it. After anything that cannot be, the next SOI is looked for.
 */
final class JpegParser implements FrameParser {
    private static final int SOI = 0xD8;
    private static final int EOI = 0xD9;
    private static final int SOS = 0xDA;
    private static final int TEM = 0x01;
    private static final byte[] START = {(byte) 0xFF, (byte) SOI};

    private enum State {
        /** Looks for FF. */
        OUTSIDE,
        /** Has FF; looks for D8. */
        MAYBE_SOI,
        /** Expects FF. */
        MARKER,
        /** Has FF; expects the marker itself. */
        MARKER_CODE,
        LENGTH_HIGH,
        LENGTH_LOW,
        SEGMENT,
        /** In data behind SOS. */
        DATA,
        /** Has FF in it. */
        DATA_FF
    }

    private final FrameBuffer frame;
    private State state = State.OUTSIDE;
    private int marker;
    private int left;

    JpegParser(int maxFrameBytes) {
        frame = new FrameBuffer(maxFrameBytes);
    }

    @Override
    public void feed(byte[] bytes, Sink sink) {
        int from = 0;
        int at = 0;
        while (at < bytes.length) {
            boolean outside = state == State.OUTSIDE;
            if (state == State.SEGMENT) {
                int count = Math.min(left, bytes.length - at);
                left -= count;
                at += count;
                if (left == 0) {
                    state = marker == SOS ? State.DATA : State.MARKER;
                }
                continue;
            }
            step(bytes[at] & 0xFF);
            at++;
            if (state == State.MAYBE_SOI) {
                frame.clear();
                from = at - 1;
            } else if (marker == SOI) {
                // The one before was cut off.
                frame.clear();
                frame.append(START, 0, START.length);
                marker = 0;
                from = at;
            } else if (state == State.OUTSIDE) {
                if (!outside && marker == EOI) {
                    finish(bytes, from, at, sink);
                }
                frame.clear();
                marker = 0;
                from = at;
            }
        }
        if (state != State.OUTSIDE && !frame.append(bytes, from, bytes.length - from)) {
            drop(sink);
        }
    }

    private void finish(byte[] bytes, int from, int to, Sink sink) {
        if (frame.append(bytes, from, to - from)) {
            sink.frame(frame.take(frame.length()));
        } else {
            sink.oversize();
        }
    }

    private void drop(Sink sink) {
        frame.clear();
        state = State.OUTSIDE;
        marker = 0;
        sink.oversize();
    }

    private void step(int next) {
        state = switch (state) {
            case OUTSIDE -> next == 0xFF ? State.MAYBE_SOI : State.OUTSIDE;
            case MAYBE_SOI -> next == SOI ? State.MARKER : next == 0xFF ? State.MAYBE_SOI : State.OUTSIDE;
            case MARKER -> next == 0xFF ? State.MARKER_CODE : State.OUTSIDE;
            case MARKER_CODE -> code(next);
            case LENGTH_HIGH -> {
                left = next << 8;
                yield State.LENGTH_LOW;
            }
            case LENGTH_LOW -> {
                left = (left | next) - 2;
                yield left < 0 ? State.OUTSIDE : left > 0 ? State.SEGMENT : marker == SOS ? State.DATA : State.MARKER;
            }
            case DATA -> next == 0xFF ? State.DATA_FF : State.DATA;
            case DATA_FF -> next == 0 || isRestart(next) ? State.DATA : next == 0xFF ? State.DATA_FF : code(next);
            case SEGMENT -> throw new IllegalStateException("segments are passed over whole");
        };
    }

    private State code(int next) {
        if (next == 0xFF) {
            return State.MARKER_CODE;
        }
        marker = next;
        if (next == SOI) {
            return State.MARKER;
        }
        if (next == EOI || next == 0) {
            return State.OUTSIDE;
        }
        return next == TEM || isRestart(next) ? State.MARKER : State.LENGTH_HIGH;
    }

    private static boolean isRestart(int code) {
        return code >= 0xD0 && code <= 0xD7;
    }

    /** What has not reached its end marker is no frame. */
    @Override
    public void end(Sink sink) {
        frame.clear();
        state = State.OUTSIDE;
    }
}

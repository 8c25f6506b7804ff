package dev.offramp.agent.ingress.stream;

import java.util.Optional;

/**
 * Finds the frames in a stream of bytes, however the bytes are cut. Holds no more than one frame of the largest size and
 * a header. Confined to its reader.
 */
public interface FrameParser {
    /** The next bytes; the array stays the caller's. */
    void feed(byte[] bytes, Sink sink) throws StreamException;

    /** The stream has ended. */
    void end(Sink sink) throws StreamException;

    /** Hears of frames. */
    interface Sink {
        /** A whole frame, which then belongs to the sink; whether it is a picture nobody has looked. */
        void frame(byte[] frame);

        /** A frame larger than allowed was thrown away. */
        void oversize();
    }

    /**
     * For a stream over HTTP: by the boundary its content type names; else by what its first bytes look like.
     *
     * @param maxFrameBytes larger frames are thrown away
     */
    static FrameParser of(Optional<String> contentType, int maxFrameBytes) throws StreamException {
        Optional<String> boundary = contentType.flatMap(MultipartParser::boundary);
        return boundary.isPresent()
                ? new MultipartParser(boundary.get(), maxFrameBytes)
                : new SniffingParser(maxFrameBytes);
    }

    /** One JPEG after another, with anything in between. */
    static FrameParser jpegs(int maxFrameBytes) {
        return new JpegParser(maxFrameBytes);
    }
}

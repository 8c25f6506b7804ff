package dev.offramp.agent.ingress.source;

import dev.offramp.agent.ingress.camera.FrameSource;
import dev.offramp.agent.ingress.stream.FrameParser;
import dev.offramp.agent.ingress.stream.StreamException;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/** Passes the frames of one stream on, and why it is over, once. Confined to the stream's thread. */
final class Received implements FrameParser.Sink {
    private final FrameSource.Listener listener;
    private final FrameParser parser;
    private final Consumer<String> over;
    private boolean isOver;

    /** @param over told why the stream is over */
    Received(FrameSource.Listener listener, FrameParser parser, Consumer<String> over) {
        this.listener = listener;
        this.parser = parser;
        this.over = over;
    }

    void bytes(Buffer buffer) {
        bytes(buffer.getBytes());
    }

    void bytes(byte[] bytes) {
        if (!isOver) {
            try {
                parser.feed(bytes, this);
            } catch (StreamException e) {
                fail(e);
            }
        }
    }

    /** The stream has come to its end. */
    void end(String why) {
        if (!isOver) {
            isOver = true;
            try {
                parser.end(this);
                over.accept(why);
            } catch (StreamException e) {
                fail(e);
            }
        }
    }

    private void fail(StreamException e) {
        isOver = true;
        over.accept(String.valueOf(e.getMessage()));
    }

    @Override
    public void frame(byte[] frame) {
        listener.frame(frame);
    }

    @Override
    public void oversize() {
        listener.oversize();
    }
}

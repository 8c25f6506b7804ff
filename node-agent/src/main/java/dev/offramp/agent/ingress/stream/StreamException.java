package dev.offramp.agent.ingress.stream;

/** A stream in which no frames can be found any more; says what was wrong and what was expected. */
public final class StreamException extends Exception {
    private static final long serialVersionUID = 1L;

    StreamException(String message) {
        super(message, null, false, false);
    }
}

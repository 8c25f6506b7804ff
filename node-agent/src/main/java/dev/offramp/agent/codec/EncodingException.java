package dev.offramp.agent.codec;

/** What came is no encoded activation; the message says what was wrong and what was expected. */
public final class EncodingException extends Exception {
    private static final long serialVersionUID = 1L;

    EncodingException(String message) {
        super(message);
    }
}

package dev.offramp.proto;

/** A message that does not say what it must; the text names the field, what was found and what was expected. */
public final class WireException extends Exception {
    private static final long serialVersionUID = 1L;

    public WireException(String message) {
        super(message);
    }

    WireException(String what, RuntimeException cause) {
        super(what + ": " + cause.getMessage(), cause);
    }
}

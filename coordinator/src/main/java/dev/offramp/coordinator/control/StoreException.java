package dev.offramp.coordinator.control;

/** The disk failed; the text says which file and what to do. */
public final class StoreException extends Exception {
    private static final long serialVersionUID = 1L;

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}

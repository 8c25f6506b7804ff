package dev.offramp.proto.access;

/** A certificate could not be had. */
public final class EnrolmentException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Kind {
        /** The coordinator did not answer: another attempt may succeed. */
        UNAVAILABLE,
        /** It said no, or is not who it should be: another attempt will fail as well. */
        REFUSED
    }

    private final Kind kind;

    EnrolmentException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}

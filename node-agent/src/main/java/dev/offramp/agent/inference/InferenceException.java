package dev.offramp.agent.inference;

import org.jspecify.annotations.Nullable;

/** A partition could not be loaded or run. */
public final class InferenceException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Kind {
        /** The file or the tensor is not what the manifest says. */
        MODEL_MISMATCH,
        /** The runtime failed on it. */
        EXECUTION
    }

    private final Kind kind;

    public InferenceException(Kind kind, String message) {
        this(kind, message, null);
    }

    public InferenceException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}

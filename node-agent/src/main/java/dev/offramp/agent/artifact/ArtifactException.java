package dev.offramp.agent.artifact;

import org.jspecify.annotations.Nullable;

/** A partition file could not be had. */
public final class ArtifactException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Kind {
        /** The coordinator did not give it; what came so far is kept, the next attempt resumes. */
        FETCH,
        /** The bytes are not what the manifest says. */
        MISMATCH,
        /** This node's disk refused. Nothing is left behind. */
        STORAGE
    }

    private final Kind kind;

    public ArtifactException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}

package dev.offramp.agent.verify;

/** What was to be compared is not what the manifest says. */
public final class VerifyException extends Exception {
    private static final long serialVersionUID = 1L;

    public VerifyException(String message) {
        super(message);
    }
}

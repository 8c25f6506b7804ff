package dev.offramp.agent.ingress;

/** A request that is refused: what was wrong, what was expected, what to do. */
public final class RefusalException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String expected;
    private final String hint;

    public RefusalException(ErrorCode code, String message, String expected, String hint) {
        super(message, null, false, false);
        this.code = code;
        this.expected = expected;
        this.hint = hint;
    }

    public ErrorCode code() {
        return code;
    }

    public String expected() {
        return expected;
    }

    public String hint() {
        return hint;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}

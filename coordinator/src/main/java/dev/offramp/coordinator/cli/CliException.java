package dev.offramp.coordinator.cli;

/** A command that cannot do what it was asked: the text says what was wrong and what to do. */
public final class CliException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /** @param exitCode one of {@link ExitCode} */
    public CliException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public CliException(int exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }

    /** The first line of the text: what was wrong. */
    public String summary() {
        return String.valueOf(getMessage()).lines().findFirst().orElse("");
    }
}

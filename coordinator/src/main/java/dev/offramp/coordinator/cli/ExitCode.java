package dev.offramp.coordinator.cli;

/** What {@code offramp} returns to the shell. */
public final class ExitCode {
    public static final int OK = 0;
    public static final int ERROR = 1;
    public static final int NOT_FOUND = 3;
    public static final int CONFLICT = 4;
    public static final int UNAVAILABLE = 6;
    public static final int USAGE = 64;

    private ExitCode() {}
}

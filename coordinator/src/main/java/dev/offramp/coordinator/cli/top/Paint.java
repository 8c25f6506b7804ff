package dev.offramp.coordinator.cli.top;

/** Emphasis on terminals that can show it. Immutable. */
public record Paint(boolean enabled) {
    private static final String RESET = "\u001b[0m";

    public String bold(String text) {
        return wrap("\u001b[1m", text);
    }

    public String dim(String text) {
        return wrap("\u001b[2m", text);
    }

    public String alarm(String text) {
        return wrap("\u001b[1;31m", text);
    }

    public String good(String text) {
        return wrap("\u001b[32m", text);
    }

    private String wrap(String start, String text) {
        return enabled ? start + text + RESET : text;
    }
}

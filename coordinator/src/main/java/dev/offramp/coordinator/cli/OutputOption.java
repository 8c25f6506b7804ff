package dev.offramp.coordinator.cli;

import picocli.CommandLine.Option;

/** {@code -o json}: a mixin of every command that prints facts. */
@SuppressWarnings("NullAway.Init")
public final class OutputOption {
    /** Forms of output. */
    enum Form {
        text,
        json
    }

    @Option(
            names = {"-o", "--output"},
            defaultValue = "text",
            paramLabel = "FORM",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Form form;

    public boolean isJson() {
        return form == Form.json;
    }
}

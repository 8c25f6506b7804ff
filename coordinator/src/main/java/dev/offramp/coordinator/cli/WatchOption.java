package dev.offramp.coordinator.cli;

import dev.offramp.time.Pause;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/** {@code --watch}: a mixin of commands whose answer changes. */
final class WatchOption {
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final String CLEAR_SCREEN = "\u001b[H\u001b[2J";

    @Option(
            names = {"-w", "--watch"},
            description = "Ask again every second until interrupted.")
    private boolean watch;

    /** What is shown, once or again and again. */
    @FunctionalInterface
    interface Page {
        void show() throws CliException;
    }

    void show(PrintWriter out, boolean json, Page page) throws CliException, InterruptedException {
        page.show();
        boolean screen = !json && Ansi.AUTO.enabled();
        while (watch) {
            out.flush();
            Pause.system().pause(PERIOD.toNanos());
            if (screen) {
                out.print(CLEAR_SCREEN);
            }
            page.show();
        }
    }
}

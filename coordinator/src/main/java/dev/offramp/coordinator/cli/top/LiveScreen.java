package dev.offramp.coordinator.cli.top;

import java.io.PrintWriter;
import java.util.List;

/** Shows one block of lines after another: in place on a terminal, one below the other elsewhere. Confined to one thread. */
public final class LiveScreen {
    private static final String CLEAR_LINE = "\r\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";
    private static final String WRAP_OFF = "\u001b[?7l";
    private static final String WRAP_ON = "\u001b[?7h";

    private final PrintWriter out;
    private final boolean inPlace;
    private int shown;

    public LiveScreen(PrintWriter out, boolean inPlace) {
        this.out = out;
        this.inPlace = inPlace;
    }

    /** Replaces the block shown before, on a terminal. */
    public void show(List<String> lines) {
        StringBuilder text = new StringBuilder(inPlace ? WRAP_OFF : "");
        if (inPlace && shown > 0) {
            text.append("\u001b[").append(shown).append('A');
        }
        for (String line : lines) {
            text.append(inPlace ? CLEAR_LINE : "").append(line).append('\n');
        }
        text.append(inPlace ? CLEAR_BELOW + WRAP_ON : "\n");
        out.print(text);
        out.flush();
        shown = lines.size();
    }

    /** Prints a line that stays, above the block that comes next. */
    public void say(String line) {
        if (inPlace && shown > 0) {
            out.print("\u001b[" + shown + "A" + CLEAR_BELOW);
        }
        out.println(line);
        out.flush();
        shown = 0;
    }
}

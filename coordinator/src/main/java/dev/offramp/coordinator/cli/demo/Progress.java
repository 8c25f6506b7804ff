package dev.offramp.coordinator.cli.demo;

import dev.offramp.coordinator.cli.top.LiveScreen;
import dev.offramp.coordinator.cli.top.Paint;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** What the demo says while it runs: lines that stay, and on a terminal a block that is refreshed. Confined to one thread. */
final class Progress {
    private final PrintWriter out;
    private final boolean live;
    private final Paint paint;
    private final LiveScreen screen;

    /** @param live whether {@code out} is a terminal */
    Progress(PrintWriter out, boolean live) {
        this.out = out;
        this.live = live;
        this.paint = new Paint(live);
        this.screen = new LiveScreen(out, live);
    }

    Paint paint() {
        return paint;
    }

    boolean live() {
        return live;
    }

    void title(String text) {
        out.println(paint.bold(text));
        out.flush();
    }

    /** A line that stays. */
    void say(String label, String text) {
        screen.say(String.format(Locale.ROOT, "  %-10s ", label) + text);
    }

    /** The block of the moment. */
    void show(List<String> lines) {
        screen.show(lines);
    }

    /** Lines that stay. */
    void print(List<String> lines) {
        lines.forEach(out::println);
        out.flush();
    }
}

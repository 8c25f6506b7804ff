package dev.offramp.agent.board;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The board as others see it. Immutable. */
public record Board(String title, boolean emulated, long memoryBytes) {
    private static final Path MODEL = Path.of("/proc/device-tree/model");
    private static final Path MEMORY = Path.of("/proc/meminfo");
    private static final Pattern MEMORY_TOTAL = Pattern.compile("MemTotal:\\s+(\\d+) kB");

    /** What this machine is, or what it pretends to be. */
    public static Board detect(Optional<Emulation> emulation) {
        return emulation
                .map(board -> new Board(
                        board.kind().title() + " (emulated)", true, board.kind().memoryBytes()))
                .orElseGet(() -> new Board(model(), false, memory()));
    }

    private static String model() {
        String architecture = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return read(MODEL)
                .map(text -> text.replace("\0", "").strip())
                .filter(text -> !text.isEmpty())
                .orElse("host (" + architecture + ")");
    }

    private static long memory() {
        return read(MEMORY)
                .map(MEMORY_TOTAL::matcher)
                .filter(Matcher::find)
                .map(matcher -> Long.parseLong(matcher.group(1)) << 10)
                .orElseGet(() -> Runtime.getRuntime().maxMemory());
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}

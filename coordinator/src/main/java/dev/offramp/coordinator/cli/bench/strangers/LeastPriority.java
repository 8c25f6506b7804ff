package dev.offramp.coordinator.cli.bench.strangers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Command lines of processes that give way to whoever else computes here. Stateless.
 *
 * <p>Linux's idle class yields to others at once; the least of the usual priorities would finish its slice first.
 */
final class LeastPriority {
    private static final Path CHRT = Path.of("/usr/bin/chrt");
    private static final Path NICE = Path.of("/usr/bin/nice");

    private LeastPriority() {}

    static List<String> of(List<String> command) {
        List<String> line = new ArrayList<>();
        if (Files.isExecutable(CHRT)) {
            line.addAll(List.of(CHRT.toString(), "--idle", "0"));
        } else if (Files.isExecutable(NICE)) {
            line.addAll(List.of(NICE.toString(), "-n", "19"));
        }
        line.addAll(command);
        return line;
    }
}

package dev.offramp.coordinator.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Memory of a process as Linux counts it.
 *
 * @param residentBytes all of its pages that are in memory ({@code VmRSS})
 * @param proportionalBytes the same, each page divided by the processes that share it ({@code PSS})
 */
record ProcessSize(long residentBytes, long proportionalBytes) {
    static ProcessSize of(long pid) throws IOException {
        Path rollup = Path.of("/proc", String.valueOf(pid), "smaps_rollup");
        return parse(Files.readAllLines(rollup));
    }

    static ProcessSize parse(List<String> rollup) throws IOException {
        return new ProcessSize(bytes(rollup, "Rss:"), bytes(rollup, "Pss:"));
    }

    private static long bytes(List<String> lines, String name) throws IOException {
        for (String line : lines) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.replaceAll("\\D+", "")) << 10;
            }
        }
        throw new IOException("the system does not say '" + name + "' of the process");
    }
}

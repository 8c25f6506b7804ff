package dev.offramp.coordinator.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A control group of version 1 or 2 that limits its processes' memory. Confined. */
final class MemoryGroup implements AutoCloseable {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    private final Path folder;
    private final boolean unified;

    private MemoryGroup(Path folder, boolean unified) {
        this.folder = folder;
        this.unified = unified;
    }

    /** Empty where this process may not make one. */
    static Optional<MemoryGroup> create(String name, long limitBytes) {
        boolean unified = Files.exists(ROOT.resolve("cgroup.controllers"));
        MemoryGroup group = new MemoryGroup(ROOT.resolve(unified ? name : "memory/" + name), unified);
        try {
            Files.createDirectory(group.folder);
            Files.writeString(
                    group.folder.resolve(unified ? "memory.max" : "memory.limit_in_bytes"), String.valueOf(limitBytes));
            return Optional.of(group);
        } catch (IOException e) {
            group.close();
            return Optional.empty();
        }
    }

    /** The command line that runs {@code command} in the group, from its first page on. */
    List<String> around(List<String> command) {
        List<String> line = new ArrayList<>(List.of("/bin/sh", "-c", "echo $$ > \"$0\" && exec \"$@\""));
        line.add(folder.resolve("cgroup.procs").toString());
        line.addAll(command);
        return line;
    }

    /** Most that its processes have had at a time, pages of files included. */
    long peakBytes() throws IOException {
        return number(Files.readString(folder.resolve(unified ? "memory.peak" : "memory.max_usage_in_bytes")));
    }

    /** How often the system has killed one of its processes for memory. */
    long kills() throws IOException {
        Path events = folder.resolve(unified ? "memory.events" : "memory.oom_control");
        for (String line : Files.readAllLines(events)) {
            if (line.startsWith("oom_kill ")) {
                return number(line.substring("oom_kill ".length()));
            }
        }
        return 0;
    }

    private static long number(String text) {
        return Long.parseLong(text.strip());
    }

    /** Removes it; its processes must have ended. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // An empty group costs nothing.
        }
    }
}

package dev.offramp.coordinator.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A control group of version 1 or 2 whose processes get a share of the machine's cores, before everybody else, and no more.
 * Confined.
 */
public final class CpuGroup implements AutoCloseable {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    /** Short, so that a process that has used its share up waits for milliseconds. */
    private static final long PERIOD_MICROS = 10_000;

    private final Path folder;

    private CpuGroup(Path folder) {
        this.folder = folder;
    }

    /**
     * Empty where this process may not make one.
     *
     * @param cores that its processes may use together; need not be whole
     */
    public static Optional<CpuGroup> create(String name, double cores) {
        boolean unified = Files.exists(ROOT.resolve("cgroup.controllers"));
        CpuGroup group = new CpuGroup(ROOT.resolve(unified ? name : "cpu/" + name));
        long quota = Math.round(cores * PERIOD_MICROS);
        try {
            Files.createDirectory(group.folder);
            if (unified) {
                Files.writeString(group.folder.resolve("cpu.max"), quota + " " + PERIOD_MICROS);
                Files.writeString(group.folder.resolve("cpu.weight"), "10000");
            } else {
                Files.writeString(group.folder.resolve("cpu.cfs_period_us"), String.valueOf(PERIOD_MICROS));
                Files.writeString(group.folder.resolve("cpu.cfs_quota_us"), String.valueOf(quota));
                Files.writeString(group.folder.resolve("cpu.shares"), "262144");
            }
            return Optional.of(group);
        } catch (IOException e) {
            group.close();
            return Optional.empty();
        }
    }

    /** The command line that runs {@code command} in the group. */
    public List<String> around(List<String> command) {
        List<String> line = new ArrayList<>(List.of("/bin/sh", "-c", "echo $$ > \"$0\" && exec \"$@\""));
        line.add(folder.resolve("cgroup.procs").toString());
        line.addAll(command);
        return line;
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

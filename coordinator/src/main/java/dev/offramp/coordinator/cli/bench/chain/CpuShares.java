package dev.offramp.coordinator.cli.bench.chain;

import dev.offramp.coordinator.cli.bench.CpuGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** One control group each for a number of processes, or none for any of them. Confined. */
final class CpuShares implements AutoCloseable {
    private final List<CpuGroup> groups;

    private CpuShares(List<CpuGroup> groups) {
        this.groups = groups;
    }

    /** @param cores of each process */
    static CpuShares of(int processes, double cores) {
        List<CpuGroup> groups = new ArrayList<>();
        for (int i = 0; i < processes; i++) {
            Optional<CpuGroup> group = CpuGroup.create(
                    "offramp-bench-%d-%d".formatted(ProcessHandle.current().pid(), i), cores);
            if (group.isEmpty()) {
                groups.forEach(CpuGroup::close);
                return new CpuShares(List.of());
            }
            groups.add(group.get());
        }
        return new CpuShares(groups);
    }

    boolean areHeld() {
        return !groups.isEmpty();
    }

    /** What runs a command in the {@code process}-th group. */
    UnaryOperator<List<String>> around(int process) {
        return areHeld() ? groups.get(process)::around : UnaryOperator.identity();
    }

    @Override
    public void close() {
        groups.forEach(CpuGroup::close);
    }
}

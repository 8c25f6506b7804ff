package dev.offramp.coordinator.simulation;

import dev.offramp.partition.policy.Thresholds;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The jobs under way, as numbers into arrays; places are used again, so memory follows the jobs at once. Confined. */
final class JobPool {
    private static final int INITIAL = 256;

    double[] birth = new double[INITIAL];
    /** Which route it follows, and which hop of it is next or now. */
    Route[] route = new Route[INITIAL];

    int[] hop = new int[INITIAL];
    /** Exit at which it leaves, from 0. */
    int[] exit = new int[INITIAL];
    /** Which sample of a measured profile it is. */
    int[] sample = new int[INITIAL];
    /** Whether it will be right. */
    boolean[] right = new boolean[INITIAL];

    /** What it was told; kept only where somebody learns from it. */
    @Nullable
    Thresholds[] told = new Thresholds[INITIAL];

    private int[] free = new int[INITIAL];
    private int freeCount;

    JobPool() {
        addFree(0, INITIAL);
    }

    int take() {
        if (freeCount == 0) {
            grow();
        }
        return free[--freeCount];
    }

    void put(int job) {
        free[freeCount++] = job;
    }

    private void grow() {
        int size = birth.length;
        birth = Arrays.copyOf(birth, 2 * size);
        route = Arrays.copyOf(route, 2 * size);
        hop = Arrays.copyOf(hop, 2 * size);
        exit = Arrays.copyOf(exit, 2 * size);
        sample = Arrays.copyOf(sample, 2 * size);
        right = Arrays.copyOf(right, 2 * size);
        told = Arrays.copyOf(told, 2 * size);
        free = new int[2 * size];
        addFree(size, 2 * size);
    }

    private void addFree(int from, int to) {
        for (int job = to - 1; job >= from; job--) {
            free[freeCount++] = job;
        }
    }
}

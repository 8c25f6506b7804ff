package dev.offramp.coordinator.simulation;

import java.util.List;
import java.util.function.IntToLongFunction;

/** One node at a moment. Confined. */
final class StationState {
    static final int NONE = -1;

    final int slot;
    final int capacity;
    final long capacityBytes;
    final boolean lastCome;
    /** Waiting jobs, by priority class, the first to be served first. */
    private final IntDeque[] waiting;
    /** Whether a class may hold less than all there is; only then its jobs are counted. */
    private final boolean hasShares;

    private final int[] share;
    private final int[] held;
    /** Stations whose finished job waits for room here. */
    final IntDeque blockedSenders = new IntDeque();

    int serving = NONE;
    /** The finished job that has no room at its next station; the server stands still. */
    int blocked = NONE;

    private int waitingJobs;
    private int jobs;
    private long bytes;

    private double changed;
    private double jobSeconds;
    private double busySeconds;
    private long arrivals;
    private long losses;
    /** Of the losses, those of jobs that had come in. */
    private long dropped;

    /** @param priorities of the classes, the greatest first */
    StationState(Station station, int slot, List<Integer> priorities) {
        this.slot = slot;
        this.capacity = station.capacity();
        this.capacityBytes = station.capacityBytes();
        this.lastCome = station.discipline() == Discipline.LAST_COME;
        this.waiting = new IntDeque[priorities.size()];
        this.hasShares = !station.shares().isEmpty();
        this.share = new int[waiting.length];
        this.held = new int[waiting.length];
        for (int i = 0; i < waiting.length; i++) {
            waiting[i] = new IntDeque();
            share[i] = station.shares().getOrDefault(priorities.get(i), Integer.MAX_VALUE);
        }
    }

    boolean fits(int priorityClass, long jobBytes) {
        return !shareIsFull(priorityClass) && wouldFit(jobBytes, 0, 0);
    }

    private boolean shareIsFull(int priorityClass) {
        return hasShares && held[priorityClass] >= share[priorityClass];
    }

    private boolean wouldFit(long jobBytes, int jobsFreed, long bytesFreed) {
        return jobs - jobsFreed < capacity && jobBytes <= capacityBytes - bytes + bytesFreed;
    }

    void reserve(double now, int priorityClass, long jobBytes) {
        count(now);
        hold(priorityClass, 1);
        jobs++;
        bytes += jobBytes;
        arrivals++;
    }

    void leave(double now, int priorityClass) {
        count(now);
        hold(priorityClass, -1);
        jobs--;
    }

    private void hold(int priorityClass, int more) {
        if (hasShares) {
            held[priorityClass] += more;
        }
    }

    void release(long jobBytes) {
        bytes -= jobBytes;
    }

    void await(int job, int priorityClass) {
        waiting[priorityClass].addLast(job);
        waitingJobs++;
    }

    /** The job to serve next, or none. */
    int next() {
        if (waitingJobs == 0) {
            return NONE;
        }
        waitingJobs--;
        for (IntDeque line : waiting) {
            if (!line.isEmpty()) {
                return lastCome ? line.removeLast() : line.removeFirst();
            }
        }
        throw new IllegalStateException("%d jobs wait in no line".formatted(waitingJobs + 1));
    }

    /**
     * The waiting jobs that have to go so that one more fits, as at a node: those of the lowest priority first, none of a
     * greater one than the arrival's. Empty where they would not do.
     *
     * @param ownKind whether the oldest go, those of its own priority included; else the newest of lower ones
     */
    IntDeque victims(int priorityClass, long jobBytes, boolean ownKind, IntToLongFunction bytesOf) {
        IntDeque victims = new IntDeque();
        long freed = 0;
        int first = NONE;
        if (shareIsFull(priorityClass)) {
            if (!ownKind || waiting[priorityClass].isEmpty()) {
                return victims;
            }
            first = waiting[priorityClass].first();
            victims.addLast(first);
            freed = bytesOf.applyAsLong(first);
        }
        int last = ownKind ? priorityClass : priorityClass + 1;
        for (int level = waiting.length - 1; level >= last; level--) {
            IntDeque line = waiting[level];
            for (int i = 0; i < line.size() && !wouldFit(jobBytes, victims.size(), freed); i++) {
                int job = line.at(ownKind ? i : line.size() - 1 - i);
                if (job != first) {
                    victims.addLast(job);
                    freed += bytesOf.applyAsLong(job);
                }
            }
        }
        return wouldFit(jobBytes, victims.size(), freed) ? victims : new IntDeque();
    }

    boolean isLowest(int priorityClass) {
        return priorityClass == waiting.length - 1;
    }

    /** Takes the oldest, or the newest, waiting job of a class out of its line. */
    void takeOut(int priorityClass, boolean oldest) {
        waitingJobs--;
        var unused = oldest ? waiting[priorityClass].removeFirst() : waiting[priorityClass].removeLast();
    }

    boolean isFree() {
        return serving == NONE && blocked == NONE;
    }

    void serve(int job, double seconds) {
        serving = job;
        busySeconds += seconds;
    }

    void countLoss() {
        losses++;
    }

    /** A job that is lost had come in, and gave way to another. */
    void countDropped() {
        dropped++;
    }

    int waitingJobs() {
        return waitingJobs;
    }

    int jobs() {
        return jobs;
    }

    private void count(double now) {
        jobSeconds += jobs * (now - changed);
        changed = now;
    }

    /** Forgets what was counted so far. */
    void restart(double now) {
        changed = now;
        jobSeconds = 0;
        busySeconds = 0;
        arrivals = 0;
        losses = 0;
        dropped = 0;
    }

    SimulationResult.StationResult result(Station station, double now, double seconds) {
        count(now);
        return new SimulationResult.StationResult(
                station.node(),
                Math.min(1, busySeconds / seconds),
                jobSeconds / seconds,
                arrivals + losses - dropped,
                losses);
    }
}

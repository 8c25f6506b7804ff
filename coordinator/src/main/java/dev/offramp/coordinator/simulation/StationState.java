package dev.offramp.coordinator.simulation;

/** One node at a moment. Confined. */
final class StationState {
    static final int NONE = -1;

    final int slot;
    final int capacity;
    final long capacityBytes;
    final boolean lastCome;
    /** Waiting jobs, by priority class, the first to be served first. */
    private final IntDeque[] waiting;
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

    StationState(Station station, int slot, int classes) {
        this.slot = slot;
        this.capacity = station.capacity();
        this.capacityBytes = station.capacityBytes();
        this.lastCome = station.discipline() == Discipline.LAST_COME;
        this.waiting = new IntDeque[classes];
        for (int i = 0; i < classes; i++) {
            waiting[i] = new IntDeque();
        }
    }

    boolean fits(long jobBytes) {
        return jobs < capacity && jobBytes <= capacityBytes - bytes;
    }

    void reserve(double now, long jobBytes) {
        count(now);
        jobs++;
        bytes += jobBytes;
        arrivals++;
    }

    void leave(double now) {
        count(now);
        jobs--;
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

    /** The oldest waiting job of the lowest priority, or none; it leaves its line. */
    int oldest() {
        for (int i = waiting.length - 1; i >= 0; i--) {
            if (!waiting[i].isEmpty()) {
                waitingJobs--;
                return waiting[i].removeFirst();
            }
        }
        return NONE;
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
    }

    SimulationResult.StationResult result(Station station, double now, double seconds) {
        count(now);
        return new SimulationResult.StationResult(
                station.node(), Math.min(1, busySeconds / seconds), jobSeconds / seconds, arrivals + losses, losses);
    }
}

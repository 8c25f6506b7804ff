package dev.offramp.coordinator.cli.bench;

import dev.offramp.coordinator.simulation.ArrivalProcess;
import dev.offramp.proto.v1.Outcome;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that are sent when an arrival process says, whatever became of those before, and what became of each. One thread
 * sends; outcomes may be told by any.
 */
public final class OpenLoop {
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final NanoClock clock;
    private final Pause pause;
    private final Map<Long, Sent> underWay = new HashMap<>();
    private @Nullable String broken;
    private long total;

    public OpenLoop(NanoClock clock, Pause pause) {
        this.clock = clock;
        this.pause = pause;
    }

    /**
     * One job's fate.
     *
     * @param dueNanos when the arrival process had it come
     * @param sentNanos when it was sent: no earlier
     * @param heardNanos when its outcome came
     */
    public record Fate(long dueNanos, long sentNanos, long heardNanos, Outcome outcome) {}

    private static final class Sent {
        final long dueNanos;
        final long sentNanos;

        @Nullable
        Fate fate;

        Sent(long dueNanos, long sentNanos) {
            this.dueNanos = dueNanos;
            this.sentNanos = sentNanos;
        }
    }

    /** Hears of an outcome, or that there are no more. */
    public synchronized void heard(JobStream.Heard heard) {
        switch (heard) {
            case JobStream.Ended job -> {
                Sent sent = underWay.remove(job.sequence());
                if (sent != null) {
                    sent.fate = new Fate(sent.dueNanos, sent.sentNanos, job.nanos(), job.outcome());
                }
            }
            case JobStream.Broken end -> broken = end.why();
        }
        notifyAll();
    }

    /** Sends {@code jobs} that carry these thresholds; their fates, in the order of sending. */
    public List<Fate> send(
            JobStream stream, List<Float> thresholds, ArrivalProcess process, RandomGenerator random, long jobs)
            throws IOException, InterruptedException {
        ArrivalProcess.Interarrivals gaps = process.start(random);
        List<Sent> all = new ArrayList<>();
        long due = clock.nanoTime();
        for (long number = 0; number < jobs; number++) {
            due += Math.round(gaps.next() * NANOS_PER_SECOND);
            pause.pause(due - clock.nanoTime());
            refuseBroken();
            all.add(send(stream, thresholds, due));
        }
        return fates(all);
    }

    private synchronized Sent send(JobStream stream, List<Float> thresholds, long due) {
        Sent sent = new Sent(due, clock.nanoTime());
        underWay.put(stream.send(thresholds), sent);
        total++;
        return sent;
    }

    private synchronized List<Fate> fates(List<Sent> all) throws IOException, InterruptedException {
        long end = clock.nanoTime() + PATIENCE_NANOS;
        while (!underWay.isEmpty()) {
            refuseBroken();
            long left = (end - clock.nanoTime()) / NANOS_PER_MILLI;
            if (left <= 0) {
                throw new IOException("%d of %d jobs have no outcome".formatted(underWay.size(), all.size()));
            }
            wait(left);
        }
        List<Fate> fates = new ArrayList<>();
        for (Sent sent : all) {
            Fate fate = sent.fate;
            if (fate == null) {
                throw new IllegalStateException("a job is not under way and has no fate");
            }
            fates.add(fate);
        }
        return fates;
    }

    private synchronized void refuseBroken() throws IOException {
        if (broken != null) {
            throw new IOException("%d jobs have no outcome: %s".formatted(underWay.size(), broken));
        }
    }

    /** Jobs sent since the beginning. */
    public synchronized long total() {
        return total;
    }
}

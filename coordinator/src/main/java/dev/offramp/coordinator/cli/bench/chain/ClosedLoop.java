package dev.offramp.coordinator.cli.bench.chain;

import dev.offramp.coordinator.cli.bench.JobStream;
import dev.offramp.coordinator.cli.bench.Outcomes;
import dev.offramp.partition.HostPort;
import dev.offramp.partition.onnx.OnnxNetwork;
import dev.offramp.time.NanoClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Keeps a number of jobs under way through a chain: each outcome brings the next job. Confined to one thread. */
final class ClosedLoop implements AutoCloseable {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final float CLOSED = 2;
    private static final float FORCED = 0;

    /** One job. */
    record Done(long latencyNanos, long computeNanos) {}

    /** All of a run. */
    record Ran(List<Done> done, double perSecond) {
        Ran {
            done = List.copyOf(done);
        }
    }

    private final NanoClock clock;
    private final Outcomes outcomes = new Outcomes();
    private final Map<Long, Long> sentNanos = new HashMap<>();
    private final List<Float> thresholds = new ArrayList<>();
    private final JobStream jobs;

    /** Every job runs to the network's final exit. */
    ClosedLoop(HostPort agent, JobStream.Target target, OnnxNetwork network, AtomicLong sequence, NanoClock clock) {
        this.clock = clock;
        for (int exit = 1; exit < network.exits().size(); exit++) {
            thresholds.add(CLOSED);
        }
        thresholds.add(FORCED);
        jobs = new JobStream(agent, target, Math.toIntExact(network.input().bytes()), sequence, clock, outcomes::heard);
    }

    /** So many jobs, {@code window} at a time. */
    Ran run(int count, int window) throws IOException, InterruptedException {
        return run(count, Long.MAX_VALUE, window);
    }

    /** As many jobs as are done in the time, {@code window} at a time. */
    Ran runFor(long nanos, int window) throws IOException, InterruptedException {
        return run(Integer.MAX_VALUE, nanos, window);
    }

    /** The pace is taken from when all of the window is under way until the last job is sent. */
    private Ran run(int count, long nanos, int window) throws IOException, InterruptedException {
        long start = clock.nanoTime();
        List<Done> done = new ArrayList<>();
        int sent = 0;
        while (sent < Math.min(window, count)) {
            send();
            sent++;
        }
        long steadyNanos = start;
        long lastNanos = start;
        int steady = 0;
        while (done.size() < sent) {
            done.add(await());
            long now = clock.nanoTime();
            if (done.size() == window) {
                steadyNanos = now;
            }
            if (sent < count && now - start < nanos) {
                send();
                sent++;
                steady = done.size() - window;
                lastNanos = now;
            }
        }
        return new Ran(done, Math.max(0, steady) / ((lastNanos - steadyNanos) / NANOS_PER_SECOND));
    }

    private void send() {
        long now = clock.nanoTime();
        sentNanos.put(jobs.send(thresholds), now);
    }

    private Done await() throws IOException, InterruptedException {
        JobStream.Ended ended = outcomes.await();
        Long sent = sentNanos.remove(ended.sequence());
        if (sent == null || !ended.outcome().hasCompleted()) {
            throw new IOException("a job is lost: " + ended.outcome().getLost().getReason());
        }
        return new Done(ended.nanos() - sent, ended.outcome().getTimings().getComputeNanos());
    }

    @Override
    public void close() {
        jobs.close();
    }
}

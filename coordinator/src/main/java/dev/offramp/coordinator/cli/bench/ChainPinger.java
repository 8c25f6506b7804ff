package dev.offramp.coordinator.cli.bench;

import dev.offramp.partition.HostPort;
import dev.offramp.time.NanoClock;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Jobs over a chain of agents, which leave at the exit of its last one; this process is their ingress. What they compute
 * does not count. Confined to one thread.
 */
final class ChainPinger implements Pinger {
    private static final float CLOSED = 2;
    private static final float FORCED = 0;

    private final JobStream jobs;
    private final Outcomes outcomes = new Outcomes();
    private final int exits;
    private int leaveAt;

    /**
     * Opens the stream.
     *
     * @param exits of the chain
     * @param sequence of the last job of this ingress; agents remember jobs
     */
    ChainPinger(HostPort first, JobStream.Target target, int exits, int bytes, AtomicLong sequence, NanoClock clock) {
        this.exits = exits;
        this.leaveAt = exits;
        this.jobs = new JobStream(first, target, bytes, sequence, clock, outcomes::heard);
    }

    /** How many agents the jobs pass. */
    void leaveAt(int exit) {
        leaveAt = exit;
    }

    @Override
    public void send() {
        List<Float> thresholds = Stream.concat(
                        Collections.nCopies(leaveAt - 1, CLOSED).stream(),
                        Collections.nCopies(exits - leaveAt + 1, FORCED).stream())
                .toList();
        var unused = jobs.send(thresholds);
    }

    @Override
    public Answer await() throws IOException, InterruptedException {
        JobStream.Ended ended = outcomes.await();
        if (!ended.outcome().hasCompleted()) {
            throw new IOException("a job through %d agents is lost: %s"
                    .formatted(leaveAt, ended.outcome().getLost().getReason()));
        }
        return new Answer(ended.nanos(), ended.outcome().getTimings().getComputeNanos());
    }

    @Override
    public void close() {
        jobs.close();
    }
}

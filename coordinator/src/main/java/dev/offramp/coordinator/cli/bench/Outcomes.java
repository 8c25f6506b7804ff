package dev.offramp.coordinator.cli.bench;

import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What is heard of jobs, for one who waits for them one by one. Thread-safe. */
public final class Outcomes {
    private static final long PATIENCE_SECONDS = 60;

    private final BlockingQueue<JobStream.Heard> all = new LinkedBlockingQueue<>();

    /** Hears of an outcome, or that there are no more. */
    public void heard(JobStream.Heard heard) {
        all.add(heard);
    }

    /** Waits for the next one. */
    public JobStream.Ended await() throws IOException, InterruptedException {
        return switch (all.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            case null -> throw new IOException("a job has no outcome");
            case JobStream.Ended job -> job;
            case JobStream.Broken end -> throw new IOException("a job has no outcome: " + end.why());
        };
    }
}

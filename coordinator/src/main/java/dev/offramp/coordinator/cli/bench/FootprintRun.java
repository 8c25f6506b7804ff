package dev.offramp.coordinator.cli.bench;

import dev.offramp.coordinator.cli.AgentDistribution;
import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.process.ChildProcess;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes one agent through its life and measures it. Confined to one thread. */
final class FootprintRun {
    /** So many placements follow one another before the former ones are retired; each brings another partition. */
    private static final int CUTS = 8;

    private static final List<String> CHAIN = List.of(BenchCluster.FIRST, BenchCluster.SECOND);
    private static final int CAMERAS = 4;
    private static final int SWAP_REPORTS = 10;
    /** An agent that has just come up still writes its first report, and malloc gives back every five seconds. */
    private static final long SETTLING_NANOS = 8_000_000_000L;

    private static final long POLL_NANOS = 2_000_000;
    private static final long STARTING_NANOS = 60_000_000_000L;

    private final FootprintCommand.Wanted wanted;
    private final BenchCluster cluster;
    private final Frames frames;
    private final PrintWriter messages;
    private final NanoClock clock;
    private final Pause pause;

    FootprintRun(
            FootprintCommand.Wanted wanted,
            BenchCluster cluster,
            Frames frames,
            PrintWriter messages,
            NanoClock clock,
            Pause pause) {
        this.wanted = wanted;
        this.cluster = cluster;
        this.frames = frames;
        this.messages = messages;
        this.clock = clock;
        this.pause = pause;
    }

    Footprint run() throws CliException, IOException, InterruptedException {
        var unused = cluster.start(BenchCluster.SECOND);
        ChildProcess agent = cluster.start(BenchCluster.FIRST);
        cluster.awaitUp(2);
        say("an agent without a partition");
        ProcessSize idle = settled(agent);
        cluster.push(BenchCluster.NETWORK, CHAIN.size());
        cluster.place(BenchCluster.NETWORK, CHAIN);
        say("the same with a partition of %s, under load".formatted(BenchCluster.NETWORK));
        Frames.Sent load = frames.send(wanted.frames(), CAMERAS, clock);
        ProcessSize loaded = settled(agent);
        Optional<Footprint.Swaps> swaps = wanted.swaps() == 0 ? Optional.empty() : Optional.of(swap(agent));
        say("%d starts".formatted(wanted.starts()));
        List<Footprint.Start> starts = new ArrayList<>();
        for (int i = 0; i < wanted.starts(); i++) {
            cluster.stop(agent);
            long start = clock.nanoTime();
            agent = cluster.start(BenchCluster.FIRST);
            starts.add(awaitFirstInference(start));
        }
        cluster.stop(agent);
        return new Footprint(idle, loaded, load, isArchived(), starts, swaps, limited());
    }

    private ProcessSize settled(ChildProcess agent) throws IOException, InterruptedException {
        pause.pause(SETTLING_NANOS);
        return ProcessSize.of(agent.pid());
    }

    private Footprint.Swaps swap(ChildProcess agent) throws CliException, IOException, InterruptedException {
        for (int i = 0; i < CUTS; i++) {
            cluster.pushCutAt(cutName(i), (i + 1.0) / (CUTS + 1));
        }
        ProcessSize early = ProcessSize.of(agent.pid());
        int tenth = Math.max(1, wanted.swaps() / SWAP_REPORTS);
        for (int i = 1; i <= wanted.swaps(); i++) {
            cluster.place(cutName(i % CUTS), CHAIN);
            if (i % CUTS == 0) {
                pause.pause(BenchCluster.RETIRING.toNanos());
            }
            if (i % tenth == 0) {
                say("%d of %d partition swaps".formatted(i, wanted.swaps()));
            }
            if (i == tenth) {
                early = settled(agent);
            }
        }
        ProcessSize last = settled(agent);
        cluster.place(BenchCluster.NETWORK, CHAIN);
        return new Footprint.Swaps(wanted.swaps(), early, last);
    }

    private static String cutName(int cut) {
        return BenchCluster.NETWORK + "-cut-" + cut;
    }

    /** Asks until a frame is answered. Until then there is nobody who listens, or nobody who has a placement. */
    private Footprint.Start awaitFirstInference(long start) throws IOException, InterruptedException {
        long ready = 0;
        while (clock.nanoTime() - start < STARTING_NANOS) {
            try {
                boolean completed = frames.isCompleted(frames.post());
                long now = clock.nanoTime() - start;
                ready = ready == 0 ? now : ready;
                if (completed) {
                    return new Footprint.Start(ready, now);
                }
            } catch (IOException e) {
                // Not yet.
            }
            pause.pause(POLL_NANOS);
        }
        throw new IOException("an agent did not answer a frame within a minute of its start");
    }

    private Optional<Footprint.Limited> limited() throws CliException, IOException, InterruptedException {
        return wanted.limit().isEmpty()
                ? Optional.empty()
                : limited(wanted.limit().get().bytes());
    }

    private Optional<Footprint.Limited> limited(long limitBytes)
            throws CliException, IOException, InterruptedException {
        String name = "offramp-bench-" + ProcessHandle.current().pid();
        Optional<MemoryGroup> created = MemoryGroup.create(name, limitBytes);
        if (created.isEmpty()) {
            say("no control group can be made here, as only root can: the agent is not limited");
            return Optional.empty();
        }
        try (MemoryGroup group = created.get()) {
            say("an agent in a control group, under load");
            ChildProcess agent = cluster.start(BenchCluster.FIRST, List.of(), group::around);
            var unused = awaitFirstInference(clock.nanoTime());
            Frames.Sent load = frames.send(wanted.frames(), CAMERAS, clock);
            var limited = new Footprint.Limited(limitBytes, load, group.peakBytes(), group.kills());
            cluster.stop(agent);
            return Optional.of(limited);
        }
    }

    private static boolean isArchived() throws CliException {
        AgentDistribution agent = AgentDistribution.locate();
        return Files.exists(agent.archive(true)) || Files.exists(agent.archive(false));
    }

    private void say(String what) {
        messages.println("bench: " + what);
        messages.flush();
    }
}

package dev.offramp.coordinator.cli.demo;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.process.AgentPages;
import dev.offramp.coordinator.cli.process.ProcessTable;
import dev.offramp.coordinator.cli.top.Figures;
import dev.offramp.coordinator.cli.top.TopFeed;
import dev.offramp.coordinator.cli.top.TopText;
import dev.offramp.partition.policy.Thresholds;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The part of the demo in which the camera films: shows what happens, changes the thresholds half-way, and takes note of
 * processes that end. Confined to the main thread.
 */
final class Filming {
    private static final long TICK_NANOS = 200_000_000;
    private static final long TERMINAL_PERIOD_NANOS = 500_000_000;
    private static final long PLAIN_PERIOD_NANOS = 5_000_000_000L;
    private static final long STALE_NANOS = 3_000_000_000L;
    private static final long ACKNOWLEDGE_NANOS = 3_000_000_000L;
    private static final long POLL_NANOS = 2_000_000;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final int BAR_WIDTH = 24;

    private final DemoOptions options;
    private final DemoCluster cluster;
    private final ProcessTable processes;
    private final TopFeed feed;
    private final AgentPages pages;
    private final Tally tally;
    private final int exits;
    private final Progress progress;
    private final NanoClock clock;
    private final Pause pause;
    private final TopText text;
    private final Set<String> ended = new LinkedHashSet<>();
    private final List<PolicyUse> policies = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    Filming(
            DemoOptions options,
            DemoCluster cluster,
            ProcessTable processes,
            TopFeed feed,
            AgentPages pages,
            Tally tally,
            int exits,
            Progress progress,
            NanoClock clock,
            Pause pause) {
        this.options = options;
        this.cluster = cluster;
        this.processes = processes;
        this.feed = feed;
        this.pages = pages;
        this.tally = tally;
        this.exits = exits;
        this.progress = progress;
        this.clock = clock;
        this.pause = pause;
        this.text = new TopText(progress.paint());
    }

    /** Sets a policy and waits until the ingress acts on it. */
    PolicyUse setPolicy(String purpose, float threshold, double fromSeconds) throws CliException, InterruptedException {
        Thresholds thresholds = Thresholds.uniform(exits, threshold);
        long start = clock.nanoTime();
        long version = cluster.control().setPolicy(thresholds);
        OptionalDouble acknowledged = OptionalDouble.empty();
        while (acknowledged.isEmpty() && clock.nanoTime() - start < ACKNOWLEDGE_NANOS) {
            if (cluster.control().inForce(version)) {
                acknowledged = OptionalDouble.of((clock.nanoTime() - start) / NANOS_PER_MILLI);
            } else {
                pause.pause(POLL_NANOS);
            }
        }
        PolicyUse use = new PolicyUse(version, purpose, thresholds, fromSeconds, acknowledged);
        policies.add(use);
        return use;
    }

    /** Films for the demo's duration; the seconds it took. */
    double film(Camera camera, double framesPerSecond) throws InterruptedException {
        long start = clock.nanoTime();
        long shown = start;
        boolean changed = false;
        camera.start(framesPerSecond);
        while (true) {
            double seconds = (clock.nanoTime() - start) / NANOS_PER_SECOND;
            if (seconds >= options.seconds()) {
                camera.stop();
                return seconds;
            }
            if (!changed && seconds >= options.seconds() / 2) {
                changed = true;
                change(seconds);
            }
            watchProcesses(seconds);
            if (clock.nanoTime() - shown >= (progress.live() ? TERMINAL_PERIOD_NANOS : PLAIN_PERIOD_NANOS)) {
                shown = clock.nanoTime();
                show(seconds, framesPerSecond);
            }
            pause.pause(TICK_NANOS);
        }
    }

    private void change(double seconds) throws InterruptedException {
        try {
            PolicyUse use = setPolicy("second half", options.second(), seconds);
            progress.say("policy " + use.version(), describe(use) + ", at " + Figures.number(seconds) + " s");
        } catch (CliException e) {
            note("the thresholds were not changed: " + e.summary());
        }
    }

    /** {@code all 0.95, in force after 12.1 ms}. */
    static String describe(PolicyUse use) {
        return "thresholds " + SummaryText.brief(use.thresholds())
                + (use.acknowledgedMillis().isPresent()
                        ? ", in force after "
                                + Figures.number(use.acknowledgedMillis().getAsDouble()) + " ms"
                        : ", not yet acknowledged by the ingress");
    }

    private void watchProcesses(double seconds) {
        for (String name : processes.deadNames()) {
            if (ended.add(name)) {
                note(name + " ended at " + Figures.number(seconds) + " s; the rest goes on");
            }
        }
    }

    private void note(String text) {
        notes.add(text);
        progress.say("note", text);
    }

    private void show(double seconds, double framesPerSecond) throws InterruptedException {
        Tally.Totals totals = tally.totals();
        GroupTotals all = totals.all(exits);
        String counts = "sent %s  completed %s  lost %s (%s)  waiting %d"
                .formatted(
                        Figures.count(totals.sent()),
                        Figures.count(all.completed()),
                        Figures.count(all.lostJobs()),
                        Figures.percent(all.lossRatio()),
                        totals.outstanding());
        if (!progress.live()) {
            progress.say(String.format(Locale.ROOT, "%.0f s", seconds), counts);
            return;
        }
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("camera %s %2.0f of %.0f s   %s"
                .formatted(Figures.bar(seconds / options.seconds(), BAR_WIDTH), seconds, options.seconds(), counts));
        Optional<List<String>> table = feed.lines(text, STALE_NANOS);
        lines.addAll(table.isPresent() ? table.get() : withoutCoordinator(framesPerSecond));
        progress.show(lines);
    }

    private List<String> withoutCoordinator(double framesPerSecond) throws InterruptedException {
        List<String> lines = new ArrayList<>();
        lines.add(progress.paint().alarm("no coordinator") + ": frames flow on at " + Figures.number(framesPerSecond)
                + "/s; figures of the ingress");
        pages.read(cluster.ingressAddress()).map(Ledger::of).ifPresent(ledger -> {
            lines.add("accepted %s = completed %s + lost %s + in flight %d   conservation residual %d"
                    .formatted(
                            Figures.count(ledger.accepted()),
                            Figures.count(ledger.completedJobs()),
                            Figures.count(ledger.lostJobs()),
                            ledger.inFlight(),
                            ledger.residual()));
            lines.add("lost by reason " + ledger.lost());
        });
        return lines;
    }

    List<PolicyUse> policies() {
        return List.copyOf(policies);
    }

    List<String> notes() {
        return List.copyOf(notes);
    }
}

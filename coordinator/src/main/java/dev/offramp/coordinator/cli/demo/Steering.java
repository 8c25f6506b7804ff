package dev.offramp.coordinator.cli.demo;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.top.Figures;
import dev.offramp.coordinator.control.pilot.Trigger;
import dev.offramp.proto.v1.Decision;
import dev.offramp.proto.v1.GetDecisionsResponse;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** The part of the demo in which a scheduler sets the thresholds while the load steps up and down. Confined. */
final class Steering {
    /** Of what the boards can serve without early exits. */
    private static final double LOW = 0.6;

    private static final double HIGH = 1.6;
    private static final long TICK_NANOS = 200_000_000;
    private static final long SHOW_NANOS = 5_000_000_000L;
    private static final long ANSWERS_NANOS = 300_000_000;
    private static final double NANOS_PER_SECOND = 1e9;

    private final DemoOptions.Steered steered;
    private final DemoOptions options;
    private final DemoControl control;
    private final Camera camera;
    private final int exits;
    private final Progress progress;
    private final NanoClock clock;
    private final Pause pause;

    Steering(
            DemoOptions.Steered steered,
            DemoOptions options,
            DemoControl control,
            Camera camera,
            int exits,
            Progress progress,
            NanoClock clock,
            Pause pause) {
        this.steered = steered;
        this.options = options;
        this.control = control;
        this.camera = camera;
        this.exits = exits;
        this.progress = progress;
        this.clock = clock;
        this.pause = pause;
    }

    private record Plan(String name, String scheduler, double framesPerSecond) {}

    /** @param capacity frames a second that the boards can serve without early exits */
    List<SteeredSummary.Phase> film(double capacity) throws CliException, InterruptedException {
        List<Plan> plans = steered.loadStep()
                ? step(capacity)
                : List.of(new Plan("all", steered.scheduler(), options.rate().framesPerSecond(capacity)));
        List<Filmed> filmed = new ArrayList<>();
        String scheduler = "";
        for (Plan plan : plans) {
            if (!plan.scheduler().equals(scheduler)) {
                scheduler = plan.scheduler();
                control.choose(scheduler);
                progress.say("scheduler", scheduler + " sets the thresholds");
            }
            Tally tally = new Tally(exits);
            camera.countIn(tally);
            if (filmed.isEmpty()) {
                camera.start(plan.framesPerSecond());
            } else {
                camera.turnTo(plan.framesPerSecond());
            }
            filmed.add(film(plan, tally, options.seconds() / plans.size(), plan.framesPerSecond() / capacity));
        }
        camera.stop();
        pause.pause(ANSWERS_NANOS);
        List<SteeredSummary.Phase> phases = new ArrayList<>();
        for (Filmed one : filmed) {
            var unused = one.tally().awaitNoneOutstanding(DemoPlan.DEADLINE.toMillis(), clock);
            phases.add(phase(one));
        }
        return phases;
    }

    /** First the overload alone without early exits, to compare with. */
    private List<Plan> step(double capacity) {
        String scheduler = steered.scheduler();
        List<Plan> plans = new ArrayList<>();
        if (!scheduler.equals(SteeredSummary.BASELINE)) {
            plans.add(new Plan("baseline", SteeredSummary.BASELINE, HIGH * capacity));
        }
        plans.add(new Plan("before", scheduler, LOW * capacity));
        plans.add(new Plan("overload", scheduler, HIGH * capacity));
        plans.add(new Plan("after", scheduler, LOW * capacity));
        return plans;
    }

    /**
     * A phase, while some of its frames may still wait for their answers.
     *
     * @param before what had been decided at its start
     * @param after the same at its end
     * @param endNanos when that was asked
     */
    private record Filmed(
            Plan plan,
            double load,
            Tally tally,
            long startNanos,
            long endNanos,
            GetDecisionsResponse before,
            GetDecisionsResponse after) {}

    private Filmed film(Plan plan, Tally tally, double seconds, double load) throws CliException, InterruptedException {
        long start = clock.nanoTime();
        GetDecisionsResponse before = control.decisions();
        progress.say(
                plan.name(),
                "%s frames/s, %.1f of the capacity".formatted(Figures.number(plan.framesPerSecond()), load));
        long shown = start;
        while ((clock.nanoTime() - start) / NANOS_PER_SECOND < seconds) {
            pause.pause(TICK_NANOS);
            if (clock.nanoTime() - shown >= SHOW_NANOS) {
                shown = clock.nanoTime();
                show((shown - start) / NANOS_PER_SECOND, tally);
            }
        }
        return new Filmed(plan, load, tally, start, clock.nanoTime(), before, control.decisions());
    }

    private SteeredSummary.Phase phase(Filmed one) {
        Tally tally = one.tally();
        Timeline timeline = tally.timeline();
        long known = one.before().getDecisionsList().stream()
                .mapToLong(Decision::getNumber)
                .max()
                .orElse(0);
        return new SteeredSummary.Phase(
                one.plan().name(),
                one.plan().scheduler(),
                one.load(),
                one.plan().framesPerSecond(),
                (one.endNanos() - one.startNanos()) / NANOS_PER_SECOND,
                tally.totals(),
                tally.totals().all(exits),
                noticed(one.after(), known, one.endNanos() - one.startNanos()),
                timeline.firstAfter(one.before().getPolicy().getVersion(), one.startNanos()),
                timeline.lossFell(one.startNanos()),
                one.after().getDecisionsList().stream()
                        .filter(decision -> decision.getNumber() > known)
                        .toList());
    }

    /** Seconds after which the first decision followed that was called for by the load. */
    private static OptionalDouble noticed(GetDecisionsResponse response, long known, long spanNanos) {
        return response.getDecisionsList().stream()
                .filter(decision ->
                        decision.getNumber() > known && decision.getTrigger().equals(Trigger.LOAD.text()))
                .mapToDouble(decision -> (spanNanos - decision.getAgoNanos()) / NANOS_PER_SECOND)
                .findFirst();
    }

    private void show(double seconds, Tally tally) {
        Tally.Totals totals = tally.totals();
        GroupTotals all = totals.all(exits);
        progress.say(
                String.format(Locale.ROOT, "%.0f s", seconds),
                "sent %s  completed %s  lost %s (%s)  waiting %d"
                        .formatted(
                                Figures.count(totals.sent()),
                                Figures.count(all.completed()),
                                Figures.count(all.lostJobs()),
                                Figures.percent(all.lossRatio()),
                                totals.outstanding()));
    }
}

package dev.offramp.coordinator.cli.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.coordinator.cli.DecisionView;
import dev.offramp.coordinator.cli.Json;
import dev.offramp.coordinator.cli.top.Figures;
import dev.offramp.proto.v1.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;

/**
 * What the demo has shown of a scheduler. Immutable.
 *
 * @param capacity frames a second that the boards can serve without early exits
 * @param ledger what the ingress counted; empty if it no longer answers
 * @param residuals conservation residual by node, of those that still answer
 */
record SteeredSummary(
        DemoOptions.Steered steered,
        double capacity,
        List<Phase> phases,
        Optional<Ledger> ledger,
        SortedMap<String, Long> residuals) {
    /** What schedulers are compared with: no frame leaves early. */
    static final String BASELINE = "exit-last";

    private static final String PHASE_ROW = "%-9s %-15s %5s %9s %7s %7s %9s %7s %-9s %8s %12s %10s";
    private static final String SIMULATOR_ROW = "%-9s %-28s %9s %7s %8s %10s %7s %9s";

    /**
     * @param load of the capacity without early exits
     * @param noticedSeconds from the phase's start to the first decision that the load called for
     * @param firstNewVersionSeconds from the phase's start to the first frame under a new policy version
     * @param lossFellSeconds from the phase's start to when the worst was over
     * @param decisions in the phase
     */
    record Phase(
            String name,
            String scheduler,
            double load,
            double framesPerSecond,
            double seconds,
            Tally.Totals camera,
            GroupTotals frames,
            OptionalDouble noticedSeconds,
            OptionalDouble firstNewVersionSeconds,
            OptionalDouble lossFellSeconds,
            List<Decision> decisions) {
        /** Right answers per accepted frame. */
        double correctGoodput() {
            return frames.accepted() == 0 ? 0 : (double) frames.exits().correct() / frames.accepted();
        }

        List<Long> versions() {
            return camera.groups().keySet().stream()
                    .map(Fate.Orders::policyVersion)
                    .distinct()
                    .sorted()
                    .toList();
        }

        /** The last one whose prediction can be held against what was seen. */
        Optional<Decision> lastSeen() {
            return decisions.stream()
                    .filter(decision -> decision.hasForecast() && decision.hasObserved())
                    .reduce((earlier, later) -> later);
        }
    }

    SteeredSummary {
        phases = List.copyOf(phases);
    }

    /** Whether every accepted frame is accounted for and none is left inside. */
    boolean conserved() {
        return residuals.values().stream().allMatch(residual -> residual == 0)
                && ledger.filter(one -> one.residual() == 0 && one.inFlight() == 0)
                        .isPresent();
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("Summary: %s; the boards serve %s frames/s without early exits"
                .formatted(steered.scheduler(), Figures.number(capacity)));
        lines.add(row(
                PHASE_ROW,
                "PHASE",
                "SCHEDULER",
                "LOAD",
                "FRAMES/S",
                "FRAMES",
                "LOST",
                "ACCURACY",
                "RIGHT",
                "VERSIONS",
                "NOTICED",
                "NEW VERSION",
                "LOSS FELL"));
        for (Phase phase : phases) {
            lines.add(row(
                    PHASE_ROW,
                    phase.name(),
                    phase.scheduler(),
                    String.format(Locale.ROOT, "%.1f", phase.load()),
                    Figures.number(phase.framesPerSecond()),
                    Figures.count(phase.frames().accepted()),
                    Figures.percent(phase.frames().lossRatio()),
                    Figures.percent(phase.frames().exits().accuracy()),
                    Figures.percent(phase.correctGoodput()),
                    versions(phase),
                    after(phase.noticedSeconds()),
                    after(phase.firstNewVersionSeconds()),
                    after(phase.lossFellSeconds())));
        }
        lines.add("  seconds since the phase began: NOTICED when the first decision was made that the load had called"
                + " for, NEW VERSION");
        lines.add("  when the first frame was taken under a newer policy version, LOSS FELL when the worst was over");
        comparison().ifPresent(lines::add);
        lines.add("");
        lines.add("The simulator's prediction at the last decision of each phase, and what was seen since:");
        lines.add(row(SIMULATOR_ROW, "PHASE", "DECISION", "LOSS", "SEEN", "OFF BY", "ACCURACY", "SEEN", "LABELLED"));
        for (Phase phase : phases) {
            lines.add(phase.lastSeen()
                    .map(decision -> simulated(phase, decision))
                    .orElseGet(() -> row(SIMULATOR_ROW, phase.name(), "none", "–", "–", "–", "–", "–", "–")));
        }
        lines.add("conservation: " + (conserved() ? "every frame is accounted for" : "FRAMES ARE MISSING"));
        return lines;
    }

    /** In the overload. */
    private Optional<String> comparison() {
        Optional<Phase> without = phase("baseline");
        Optional<Phase> with = phase("overload");
        return without.isEmpty() || with.isEmpty()
                ? Optional.empty()
                : Optional.of(compared(without.get(), with.get()));
    }

    private static String compared(Phase without, Phase with) {
        double lost = with.frames().lossRatio();
        double lostWithout = without.frames().lossRatio();
        double right = with.frames().exits().accuracy().orElse(0);
        double rightWithout = without.frames().exits().accuracy().orElse(0);
        String ratio = lostWithout > 0 ? String.format(Locale.ROOT, ", %.2f times as many", lost / lostWithout) : "";
        return String.format(
                Locale.ROOT,
                "  in the overload %s lost %.1f %% of the frames, %s %.1f %%%s; of the answers %.1f %% were right,"
                        + " with %s %.1f %%: %s",
                with.scheduler(),
                100 * lost,
                without.scheduler(),
                100 * lostWithout,
                ratio,
                100 * right,
                without.scheduler(),
                100 * rightWithout,
                right < rightWithout
                        ? String.format(Locale.ROOT, "%.1f points of accuracy given up", 100 * (rightWithout - right))
                        : "no accuracy given up");
    }

    private Optional<Phase> phase(String name) {
        return phases.stream().filter(phase -> phase.name().equals(name)).findFirst();
    }

    private static String simulated(Phase phase, Decision decision) {
        return row(
                SIMULATOR_ROW,
                phase.name(),
                decision.getTrigger() + ", " + decision.getAction(),
                Figures.percent(decision.getForecast().getLossRatio()),
                Figures.percent(decision.getObserved().getLossRatio()),
                Figures.percent(error(decision)),
                Figures.percent(decision.getForecast().getAccuracy()),
                Figures.percent(DecisionView.accuracy(decision.getObserved())),
                Figures.percent(DecisionView.measuredAccuracy(decision.getObserved())));
    }

    /** Of the predicted loss ratio, relative to what was seen; empty where nothing was lost. */
    private static OptionalDouble error(Decision decision) {
        double seen = decision.getObserved().getLossRatio();
        return seen == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(decision.getForecast().getLossRatio() / seen - 1);
    }

    private static String row(String format, Object... cells) {
        return "  " + String.format(Locale.ROOT, format, cells).stripTrailing();
    }

    private static String versions(Phase phase) {
        List<Long> versions = phase.versions();
        if (versions.isEmpty()) {
            return "–";
        }
        return versions.size() == 1 ? versions.get(0).toString() : versions.getFirst() + "–" + versions.getLast();
    }

    private static String after(OptionalDouble seconds) {
        return seconds.isPresent() ? String.format(Locale.ROOT, "%.1f s", seconds.getAsDouble()) : "–";
    }

    ObjectNode json() {
        ObjectNode json = Json.object()
                .put("scheduler", steered.scheduler())
                .put("loadStep", steered.loadStep())
                .put("capacityFramesPerSecond", capacity)
                .put("conserved", conserved());
        ArrayNode all = json.putArray("phases");
        phases.forEach(phase -> all.add(json(phase)));
        return json;
    }

    private static ObjectNode json(Phase phase) {
        ObjectNode json = Json.object()
                .put("name", phase.name())
                .put("scheduler", phase.scheduler())
                .put("load", phase.load())
                .put("framesPerSecond", phase.framesPerSecond())
                .put("seconds", phase.seconds())
                .put("accepted", phase.frames().accepted())
                .put("skipped", phase.camera().skipped())
                .put("lost", phase.frames().lostJobs())
                .put("lossRatio", phase.frames().lossRatio())
                .put("correctGoodput", phase.correctGoodput());
        phase.frames().exits().accuracy().ifPresent(accuracy -> json.put("accuracy", accuracy));
        ArrayNode versions = json.putArray("policyVersions");
        phase.versions().forEach(versions::add);
        phase.noticedSeconds().ifPresent(seconds -> json.put("noticedSeconds", seconds));
        phase.firstNewVersionSeconds().ifPresent(seconds -> json.put("firstNewVersionSeconds", seconds));
        phase.lossFellSeconds().ifPresent(seconds -> json.put("lossFellSeconds", seconds));
        ArrayNode decisions = json.putArray("decisions");
        phase.decisions().forEach(decision -> decisions.add(DecisionView.json(decision)));
        return json;
    }
}

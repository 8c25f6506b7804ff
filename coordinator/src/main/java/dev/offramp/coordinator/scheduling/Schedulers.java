package dev.offramp.coordinator.scheduling;

import dev.offramp.coordinator.predict.Predictor;
import dev.offramp.coordinator.predict.analytic.AnalyticPredictor;
import java.util.List;
import java.util.Set;

/** The schedulers by name. */
public final class Schedulers {
    /** As in commands; the first is the network without early exits, the last our own. */
    public static final List<String> NAMES = List.of(
            "exit-last",
            "fixed",
            "single-exit",
            "reactive",
            "local-queue",
            "knapsack",
            "knapsack-raw",
            "queueing-lp",
            "adaee",
            "adaee-multi",
            "confidence-gain",
            "ceen-constant",
            "ceen");

    private static final float FIXED_THRESHOLD = 0.8f;
    private static final double OVERHEAD = 0.1;
    private static final int MAX_PREDICTIONS = 120;

    private static final Set<String> WITHOUT_PROFILE =
            Set.of("exit-last", "fixed", "reactive", "local-queue", "adaee", "adaee-multi");
    private static final Set<String> CONSTANT = Set.of("exit-last", "fixed");
    private static final Set<String> PREDICTING =
            Set.of("single-exit", "queueing-lp", "confidence-gain", "ceen-constant", "ceen");

    private Schedulers() {}

    /** How a scheduler is used where a decision holds for many jobs. */
    public enum Manner {
        /** It decides once. */
        CONSTANT,
        /** It reacts to every window. */
        REACTING,
        /** It decides for what is to be expected. */
        PREDICTING
    }

    public static Manner mannerOf(String name) {
        checkName(name);
        return CONSTANT.contains(name)
                ? Manner.CONSTANT
                : PREDICTING.contains(name) ? Manner.PREDICTING : Manner.REACTING;
    }

    /** Whether it cannot decide without an exit profile. */
    public static boolean needsProfile(String name) {
        checkName(name);
        return !WITHOUT_PROFILE.contains(name);
    }

    /** Whether it learns from the confidences of single jobs. */
    public static boolean learnsFromJobs(String name) {
        return name.startsWith("adaee");
    }

    public static void checkName(String name) {
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException("there is no scheduler '%s': expected one of %s".formatted(name, NAMES));
        }
    }

    /**
     * A new one.
     *
     * @param predictor for those that predict
     * @param objective for those that weigh accuracy against losses
     */
    public static Scheduler named(String name, Predictor predictor, Objective objective) {
        return switch (name) {
            case "exit-last" -> new ExitLast();
            case "fixed" -> new Fixed(FIXED_THRESHOLD);
            case "single-exit" -> new SingleExit(predictor, objective);
            case "reactive" -> new Reactive();
            case "local-queue" -> new LocalQueue();
            case "knapsack" -> new Knapsack(false);
            case "knapsack-raw" -> new Knapsack(true);
            case "queueing-lp" -> new QueueingLp(objective.lossBound());
            case "adaee" -> new AdaEe(OVERHEAD, false);
            case "adaee-multi" -> new AdaEe(OVERHEAD, true);
            case "confidence-gain" -> new ConfidenceGain(predictor, objective.lossBound());
            case "ceen-constant" -> new Ceen(new AnalyticPredictor(), predictor, objective, MAX_PREDICTIONS, false);
            case "ceen" -> new Ceen(new AnalyticPredictor(), predictor, objective, MAX_PREDICTIONS, true);
            default ->
                throw new IllegalArgumentException(
                        "there is no scheduler '%s': expected one of %s".formatted(name, NAMES));
        };
    }
}

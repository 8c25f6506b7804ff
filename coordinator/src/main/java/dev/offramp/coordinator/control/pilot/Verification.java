package dev.offramp.coordinator.control.pilot;

import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Whether a decision does what was predicted. A window is wrong if its loss ratio is above the predicted L by more than {@value
 * #LOSS_TOLERANCE} + {@value #RELATIVE_TOLERANCE}·L + 3 standard errors, or its accuracy below the predicted one by more than
 * {@value #ACCURACY_TOLERANCE} + 3 standard errors. Accuracy is that of the exit profile for jobs that left where these did.
 * What turns out better than predicted is not wrong. Windows in which fewer than {@value #LEAST_JOBS} jobs ended count as one with
 * those that follow. Confined.
 */
final class Verification {
    static final double LOSS_TOLERANCE = 0.02;
    static final double RELATIVE_TOLERANCE = 0.25;
    static final double ACCURACY_TOLERANCE = 0.03;
    static final int WRONG_WINDOWS = 2;
    private static final double STANDARD_ERRORS = 3;
    /** Losses come in clusters: so much more variance than that of independent ones. */
    private static final double CLUSTERING = 2;

    private static final double LEAST_VARIANCE = 0.02;
    private static final long LEAST_JOBS = 5;

    private final ServiceId service;
    private final SchedulerChoice choice;
    private final Optional<Forecast> forecast;
    private final Optional<Forecast> ifKept;
    private final List<Double> accuracyByExit;
    private final Optional<Policy> before;
    private Decision decision;
    private Window.Jobs all = Window.Jobs.NONE;
    private Window.Jobs wrong = Window.Jobs.NONE;
    /** What ended lately, as long as it is too little to judge by. */
    private Window.Jobs few = Window.Jobs.NONE;

    private boolean isJudged;
    private int windows;
    private int wrongInARow;
    private boolean isOver;

    /** @param before what to fall back to; empty if there is no way back */
    Verification(
            ServiceId service,
            SchedulerChoice choice,
            Decision decision,
            List<Double> accuracyByExit,
            Optional<Policy> before) {
        this.service = service;
        this.choice = choice;
        this.decision = decision;
        this.forecast = decision.forecast();
        this.ifKept = decision.ifKept();
        this.accuracyByExit = accuracyByExit;
        this.before = before;
    }

    /** One window in which the decision was in force throughout. */
    void add(Window window) {
        Window.Jobs jobs = window.of(service);
        if (jobs.ended() == 0) {
            return;
        }
        windows++;
        all = all.plus(jobs);
        few = few.plus(jobs);
        if (!isOver && forecast.isPresent() && few.ended() >= LEAST_JOBS) {
            judge(few, forecast.get());
            few = Window.Jobs.NONE;
        }
        decision = decision.seen(observation(), verdict());
    }

    private void judge(Window.Jobs jobs, Forecast predicted) {
        boolean isWrong = isWrong(jobs, predicted);
        wrong = isWrong ? wrongInARow == 0 ? jobs : wrong.plus(jobs) : Window.Jobs.NONE;
        wrongInARow = isWrong ? wrongInARow + 1 : 0;
        isJudged = true;
    }

    private boolean isWrong(Window.Jobs jobs, Forecast predicted) {
        double n = jobs.ended();
        double loss = predicted.lossRatio();
        double lossError = Math.sqrt(CLUSTERING * Math.max(LEAST_VARIANCE, loss * (1 - loss)) / n);
        boolean tooManyLost = jobs.lossRatio() - predicted.lossRatio()
                > LOSS_TOLERANCE + RELATIVE_TOLERANCE * predicted.lossRatio() + STANDARD_ERRORS * lossError;
        OptionalDouble accuracy = accuracy(jobs);
        double accuracyError = Math.sqrt(predicted.accuracy() * (1 - predicted.accuracy()) / n);
        boolean tooFewRight = accuracy.isPresent()
                && predicted.accuracy() - accuracy.getAsDouble() > ACCURACY_TOLERANCE + STANDARD_ERRORS * accuracyError;
        return tooManyLost || tooFewRight;
    }

    /** Σ share(exit) × accuracy(exit | orders). */
    private OptionalDouble accuracy(Window.Jobs jobs) {
        long completed = jobs.completedJobs();
        if (completed == 0 || accuracyByExit.size() != jobs.completed().length) {
            return OptionalDouble.empty();
        }
        double right = 0;
        for (int exit = 0; exit < accuracyByExit.size(); exit++) {
            right += jobs.completed()[exit] * accuracyByExit.get(exit);
        }
        return OptionalDouble.of(right / completed);
    }

    private Observation observation() {
        List<Double> shares = new ArrayList<>();
        long completed = Math.max(1, all.completedJobs());
        for (long here : all.completed()) {
            shares.add((double) here / completed);
        }
        return new Observation(
                windows,
                all.ended(),
                all.lossRatio(),
                accuracy(all),
                all.withTruth() == 0
                        ? OptionalDouble.empty()
                        : OptionalDouble.of((double) all.correct() / all.withTruth()),
                shares);
    }

    private String verdict() {
        if (forecast.isEmpty()) {
            return "";
        }
        if (!isJudged) {
            return "too few jobs to tell";
        }
        return wrongInARow == 0
                ? "as predicted"
                : "wrong in %d %s".formatted(wrongInARow, wrongInARow == 1 ? "window" : "windows in a row");
    }

    /** Whether the prediction was wrong in so many windows in a row that something has to be done; once. */
    boolean isRefuted() {
        return !isOver && wrongInARow >= WRONG_WINDOWS;
    }

    /** What to fall back to, unless it is predicted to be worse than what is seen now. */
    Optional<Policy> wayBack() {
        boolean better = ifKept.isPresent() && value(ifKept.get()) > seenValue();
        return better ? before : Optional.empty();
    }

    /** Enough is known. */
    void end() {
        isOver = true;
    }

    private double seenValue() {
        return value(wrong.lossRatio(), accuracy(wrong).orElse(0));
    }

    private double value(Forecast one) {
        return value(one.lossRatio(), one.accuracy());
    }

    private double value(double lossRatio, double accuracy) {
        return choice.accuracyWeight() * accuracy * (1 - lossRatio)
                - choice.lossWeight() * Math.max(0, lossRatio - choice.lossBound());
    }

    /** In figures, what was expected and what came. */
    String explanation() {
        Forecast predicted = forecast.orElseThrow();
        return String.format(
                java.util.Locale.ROOT,
                "version %d lost %.1f %% with accuracy %.1f %% in %d windows, predicted were %.1f %% and %.1f %%",
                decision.policyVersion(),
                100 * wrong.lossRatio(),
                100 * accuracy(wrong).orElse(0),
                wrongInARow,
                100 * predicted.lossRatio(),
                100 * predicted.accuracy());
    }

    Decision decision() {
        return decision;
    }
}

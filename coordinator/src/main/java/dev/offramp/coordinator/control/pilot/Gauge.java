package dev.offramp.coordinator.control.pilot;

/**
 * One quantity that is watched: its mean with its uncertainty, and whether it still is what the policy in force was made
 * for. Weights are seconds for rates and jobs for everything else. Older windows count less: a weight halves in about 34
 * windows. Confined.
 */
final class Gauge {
    private static final double MEMORY = 0.98;

    private final Cusum cusum = new Cusum();
    private double weight;
    private double sum;
    private double recentWeight;
    private double recentSum;
    private double reference = Double.NaN;
    private double referenceWeight;

    /**
     * One window.
     *
     * @param w its weight, above 0
     * @param x its mean
     * @param unitVariance variance of the mean of weight 1
     * @param deadBand deviations from the reference up to this do not matter
     */
    void add(double w, double x, double unitVariance, double deadBand) {
        weight = weight * MEMORY + w;
        sum = sum * MEMORY + w * x;
        if (Double.isNaN(reference)) {
            return;
        }
        cusum.add(deviation(w, x, unitVariance, deadBand));
        if (cusum.isQuiet()) {
            recentWeight = 0;
            recentSum = 0;
        } else {
            recentWeight += w;
            recentSum += w * x;
        }
    }

    /** In standard errors. */
    private double deviation(double w, double x, double unitVariance, double deadBand) {
        double deviation = x - reference;
        double beyond = Math.signum(deviation) * Math.max(0, Math.abs(deviation) - deadBand);
        return beyond / Math.sqrt(unitVariance / w + unitVariance / referenceWeight);
    }

    /** Whether such a window alone would raise an alarm where all was quiet. */
    boolean jumps(double w, double x, double unitVariance, double deadBand) {
        return !Double.isNaN(reference)
                && Math.abs(deviation(w, x, unitVariance, deadBand)) > Cusum.LIMIT + Cusum.SLACK;
    }

    boolean isKnown() {
        return weight > 0;
    }

    double mean() {
        return sum / weight;
    }

    double weight() {
        return weight;
    }

    boolean isAlarmed() {
        return cusum.isAlarmed();
    }

    /** Whether it may have changed. */
    boolean isSuspicious() {
        return cusum.isSuspicious();
    }

    /** What was before the change no longer counts. */
    void startAfresh() {
        if (recentWeight > 0) {
            weight = recentWeight;
            sum = recentSum;
        }
        settle();
    }

    /** From now on, what is known is what is expected. */
    void settle() {
        if (isKnown()) {
            expect(mean(), weight);
        }
    }

    /** Something else is expected from now on, so earlier windows no longer count. */
    void turnTo(double expected, double confidence) {
        weight = 0;
        sum = 0;
        expect(expected, confidence);
    }

    private void expect(double expected, double confidence) {
        reference = expected;
        referenceWeight = confidence;
        recentWeight = 0;
        recentSum = 0;
        cusum.reset();
    }
}

package dev.offramp.coordinator.control.pilot;

/**
 * Two-sided cumulative sum of standardised deviations (Page, Biometrika 41, 1954, 10.1093/biomet/41.1-2.100): S⁺ ← max(0, S⁺
 * + z − k), S⁻ ← max(0, S⁻ − z − k), alarm at S > h, with k = {@value #SLACK}, h = {@value #LIMIT}. A step of h/2 + k = 4.5
 * standard errors of a window is found within two windows, one of 8.5 within one. Noise of mean 0 raises an alarm once in
 * some 10⁴ windows (Siegmund's approximation e^{2k(h + 1.166)}/2k², both sides), and with a dead band of half a standard
 * error once in some 10⁷. Confined.
 */
final class Cusum {
    static final double SLACK = 0.5;
    static final double LIMIT = 8;
    /** One wild window alone is no proof beyond doubt, but it may be nearly one. */
    private static final double MOST = 10;

    private static final double SUSPICIOUS = LIMIT / 4;

    private double up;
    private double down;

    /** @param z deviation of a window over its standard error */
    void add(double z) {
        double bounded = Math.max(-MOST, Math.min(MOST, z));
        up = Math.max(0, up + bounded - SLACK);
        down = Math.max(0, down - bounded - SLACK);
    }

    boolean isQuiet() {
        return up == 0 && down == 0;
    }

    boolean isAlarmed() {
        return Math.max(up, down) > LIMIT;
    }

    /** No proof, but enough to explain what is known to be wrong. */
    boolean isSuspicious() {
        return Math.max(up, down) > SUSPICIOUS;
    }

    void reset() {
        up = 0;
        down = 0;
    }
}

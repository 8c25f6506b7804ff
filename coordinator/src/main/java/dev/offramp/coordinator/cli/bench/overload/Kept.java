package dev.offramp.coordinator.cli.bench.overload;

import java.util.List;

/**
 * A law of service times as agents kept it, what lies between two jobs included. Immutable.
 *
 * @param served jobs that this rests on
 * @param mean seconds
 * @param scv squared coefficient of variation
 */
record Kept(long served, double mean, double scv) {
    /** Over these agents. Their means differ little, so that scv is averaged within them. */
    static Kept of(List<Measured> all) {
        long served = 0;
        double sum = 0;
        double scv = 0;
        for (Measured measured : all) {
            for (Measured.Hop hop : measured.hops()) {
                served += hop.served();
                sum += hop.served() * hop.meanServiceTime();
                scv += hop.served() * hop.serviceScv();
            }
        }
        return new Kept(served, sum / served, scv / served);
    }
}

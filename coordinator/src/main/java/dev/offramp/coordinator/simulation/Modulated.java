package dev.offramp.coordinator.simulation;

import java.util.random.RandomGenerator;

/** A running Markov-modulated Poisson process; it starts in a state drawn from the stationary distribution. Confined. */
final class Modulated implements ArrivalProcess.Interarrivals {
    private final ArrivalProcess.Mmpp process;
    private final RandomGenerator random;
    private boolean burst;
    private double stay;

    Modulated(ArrivalProcess.Mmpp process, RandomGenerator random) {
        this.process = process;
        this.random = random;
        this.burst = random.nextDouble() * (process.meanBurst() + process.meanCalm()) < process.meanBurst();
        this.stay = newStay();
    }

    @Override
    public double next() {
        double passed = 0;
        while (true) {
            double rate = burst ? process.burstRate() : process.calmRate();
            double wait = rate == 0 ? Double.POSITIVE_INFINITY : random.nextExponential() / rate;
            if (wait < stay) {
                stay -= wait;
                return passed + wait;
            }
            // What is left of the exponential wait is forgotten: it has no memory.
            passed += stay;
            burst = !burst;
            stay = newStay();
        }
    }

    private double newStay() {
        return (burst ? process.meanBurst() : process.meanCalm()) * random.nextExponential();
    }
}

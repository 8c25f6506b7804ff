package dev.offramp.coordinator.cli.bench.overload;

import dev.offramp.coordinator.queueing.Mg1k;
import dev.offramp.coordinator.queueing.ServiceMoments;
import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.RandomStreams;
import dev.offramp.coordinator.simulation.ServiceTime;
import dev.offramp.coordinator.simulation.Simulation;
import dev.offramp.coordinator.simulation.SimulationResult;
import dev.offramp.coordinator.simulation.Workload;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Thresholds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a line should have lost, given how its agents kept their service times.
 *
 * <p>The first hop under Poisson arrivals: exact, M/G/1/K, which is M/M/1/K at a squared coefficient of variation of 1 and
 * M/D/1/K at 0. Anything else: the simulator, in a run that is so long that its own error does not matter.
 *
 * <p>How far a measurement of so many jobs may be from that by chance: as far as 95 % of the model's runs with as many jobs
 * are, each with random numbers of its own. Immutable.
 */
final class Theory {
    private static final int RUNS = 400;
    private static final double LOW = 0.025;
    private static final int LONG_RUNS = 200;
    /** Below this, a service time is constant to a queue. */
    private static final double CONSTANT_SCV = 1e-6;

    private final RandomStreams streams;

    Theory(RandomStreams streams) {
        this.streams = streams;
    }

    /** Who says it. */
    enum Witness {
        FORMULA,
        SIMULATOR
    }

    /**
     * What one hop should lose.
     *
     * @param low least that is usual, 2.5 % of the runs lose less
     * @param high most that is usual
     */
    record Expected(Witness witness, double lossRatio, double low, double high) {
        /** Half a job is no difference. */
        boolean covers(double measured, long jobs) {
            double half = 0.5 / jobs;
            return measured >= low - half && measured <= high + half;
        }
    }

    /** Of every hop. */
    List<Expected> of(Measured measured, Kept kept) {
        Line line = measured.line();
        double rate = measured.condition().arrivalRate();
        List<ServiceTime> times = Collections.nCopies(line.hops(), time(kept));
        Runs runs = new Runs(
                line,
                line.model(times),
                new Workload(new TreeMap<>(
                        Map.of(line.service(), measured.condition().arrivals().at(rate)))),
                (double) measured.warmUp() / (measured.warmUp() + measured.jobs()));
        long jobs = measured.warmUp() + measured.jobs();
        double[][] lost = new double[line.hops()][RUNS];
        for (int run = 0; run < RUNS; run++) {
            double[] ratios = runs.lossRatios(jobs, streams.replication(run));
            for (int hop = 0; hop < lost.length; hop++) {
                lost[hop][run] = ratios[hop];
            }
        }
        boolean poisson = measured.condition().arrivals() == Arrivals.POISSON;
        double[] longRun = poisson && line.hops() == 1
                ? new double[0]
                : runs.lossRatios(jobs * LONG_RUNS, streams.replication(RUNS));
        List<Expected> expected = new ArrayList<>();
        for (int hop = 0; hop < lost.length; hop++) {
            Arrays.sort(lost[hop]);
            boolean formula = hop == 0 && poisson;
            expected.add(new Expected(
                    formula ? Witness.FORMULA : Witness.SIMULATOR,
                    formula
                            ? Mg1k.solve(
                                            rate,
                                            new ServiceMoments(kept.mean(), kept.scv()),
                                            line.capacities().getFirst())
                                    .lossRatio()
                            : longRun[hop],
                    quantile(lost[hop], LOW),
                    quantile(lost[hop], 1 - LOW)));
        }
        return expected;
    }

    private static double quantile(double[] sorted, double share) {
        return sorted[(int) Math.round(share * (sorted.length - 1))];
    }

    private static ServiceTime time(Kept kept) {
        return kept.scv() < CONSTANT_SCV
                ? new ServiceTime.Deterministic(kept.mean())
                : new ServiceTime.Gamma(kept.mean(), kept.scv());
    }

    /** A line in the simulator. */
    private record Runs(Line line, Deployment deployment, Workload workload, double warmUp) {
        /** Jobs lost at each hop over all jobs. */
        double[] lossRatios(long jobs, RandomStreams streams) {
            Map<ServiceId, Orders> orders =
                    Map.of(line.service(), Orders.always(line.chain(), Thresholds.uniform(1, 0f)));
            SimulationResult result = Simulation.run(deployment, workload, orders, jobs, warmUp, streams);
            return result.chains().getFirst().lostAtHop().stream()
                    .mapToDouble(lost -> (double) lost / result.accepted())
                    .toArray();
        }
    }
}

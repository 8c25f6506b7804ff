package dev.offramp.coordinator.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.partition.Overflow;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The simulator against exact formulas of one station. */
class SimulationFormulaTest {
    private static final int REPLICATIONS = 10;
    private static final long JOBS = 40_000;
    private static final double[] LOADS = {0.5, 0.9, 1.0, 1.3, 2.0};
    private static final int[] CAPACITIES = {1, 2, 5, 12, 32};

    private record Interval(double mean, double halfWidth) {}

    /** Half-width of 99.9 %: 4.781 is Student's t of 9 degrees of freedom. */
    private static Interval lossRatio(double load, int capacity, ServiceTime time) {
        List<Double> found = new ArrayList<>();
        for (int i = 0; i < REPLICATIONS; i++) {
            found.add(new Nets()
                    .station(capacity)
                    .service(new ArrivalProcess.Poisson(load), Overflow.DROP_NEW, Nets.last(0, time))
                    .run(JOBS, i)
                    .lossRatio());
        }
        double mean = found.stream().mapToDouble(one -> one).average().orElseThrow();
        double squares =
                found.stream().mapToDouble(one -> (one - mean) * (one - mean)).sum();
        return new Interval(mean, 4.781 * Math.sqrt(squares / (REPLICATIONS - 1) / REPLICATIONS) + 1e-4);
    }

    private static double mm1k(double rho, int k) {
        return rho == 1 ? 1.0 / (k + 1) : (1 - rho) * Math.pow(rho, k) / (1 - Math.pow(rho, k + 1));
    }

    /** Embedded chain: a_i = e^{-ρ} ρ^i / i!, π_0 = 1, L = 1 − 1 / (π_0 + ρ) with normalised π. */
    private static double md1k(double rho, int k) {
        double[] pi = new double[k];
        pi[0] = 1;
        double[] a = new double[k + 1];
        a[0] = Math.exp(-rho);
        for (int i = 1; i <= k; i++) {
            a[i] = a[i - 1] * rho / i;
        }
        for (int n = 0; n <= k - 2; n++) {
            double next = pi[n] - a[n] * pi[0];
            for (int j = 1; j <= n; j++) {
                next -= pi[j] * a[n - j + 1];
            }
            pi[n + 1] = next / a[0];
        }
        double sum = 0;
        for (double one : pi) {
            sum += one;
        }
        return 1 - 1 / (pi[0] / sum + rho);
    }

    @Test
    void exponentialServiceLosesAsMM1K() {
        for (double load : LOADS) {
            for (int capacity : CAPACITIES) {
                Interval found = lossRatio(load, capacity, Nets.exponential(1));
                assertThat(found.mean())
                        .as("load %s, capacity %d", load, capacity)
                        .isCloseTo(mm1k(load, capacity), within(found.halfWidth()));
            }
        }
    }

    @Test
    void constantServiceLosesAsMD1K() {
        for (double load : LOADS) {
            for (int capacity : CAPACITIES) {
                Interval found = lossRatio(load, capacity, Nets.fixed(1));
                assertThat(found.mean())
                        .as("load %s, capacity %d", load, capacity)
                        .isCloseTo(md1k(load, capacity), within(found.halfWidth()));
            }
        }
    }

    @Test
    void meanNumberOfJobsAndLatencyFollowLittle() {
        SimulationResult result = new Nets()
                .station(1000)
                .service(new ArrivalProcess.Poisson(0.8), Overflow.DROP_NEW, Nets.last(0, Nets.exponential(1)))
                .run(400_000, 3);
        SimulationResult.ServiceResult service = result.services().get(0);
        assertThat(service.latency().mean()).isCloseTo(5, within(0.35));
        assertThat(service.latency().p50()).isCloseTo(5 * Math.log(2), within(0.3));
        assertThat(result.stations().get(0).meanJobs())
                .isCloseTo(
                        service.accepted()
                                / result.seconds()
                                * service.latency().mean(),
                        within(0.02));
        assertThat(result.stations().get(0).utilisation()).isCloseTo(0.8, within(0.02));
    }

    @Test
    void speedDividesServiceTimes() {
        SimulationResult slow = new Nets()
                .station(4)
                .service(new ArrivalProcess.Poisson(1), Overflow.DROP_NEW, Nets.last(0, Nets.fixed(1)))
                .run(20_000, 1);
        SimulationResult fast = new Nets()
                .station(4, Long.MAX_VALUE, 2, Discipline.FIRST_COME)
                .service(new ArrivalProcess.Poisson(1), Overflow.DROP_NEW, Nets.last(0, Nets.fixed(2)))
                .run(20_000, 1);
        assertThat(fast.lossRatio()).isEqualTo(slow.lossRatio());
    }
}

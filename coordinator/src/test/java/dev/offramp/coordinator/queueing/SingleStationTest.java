package dev.offramp.coordinator.queueing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SingleStationTest {
    private static final int[] CAPACITIES = {1, 2, 3, 10, 50};
    private static final double[] LOADS = {0.05, 0.5, 0.9, 0.999999, 1, 1.000001, 1.2, 3, 20};

    @Test
    void exponentialServiceLosesAsThePaperFormulaSays() {
        assertThat(Mm1k.lossRatio(0.5, 2)).isCloseTo(0.125 / 0.875, within(1e-15));
        assertThat(Mm1k.lossRatio(1, 4)).isCloseTo(1.0 / 5, within(1e-15));
        assertThat(Mm1k.lossRatio(2, 1)).isCloseTo(2.0 / 3, within(1e-15));
        assertThat(Mm1k.lossRatio(1e6, 200)).isCloseTo(1 - 1e-6, within(1e-12));
    }

    @Test
    void generalServiceWithExponentialTimesIsTheExponentialStation() {
        for (int capacity : CAPACITIES) {
            for (double load : LOADS) {
                QueueFigures exponential = Mm1k.solve(load / 2, 2, capacity);
                QueueFigures general = Mg1k.solve(load / 2, ServiceMoments.exponential(2), capacity);
                assertThat(general.lossRatio()).isCloseTo(exponential.lossRatio(), Percentage.withPercentage(1e-6));
                assertThat(general.meanNumber()).isCloseTo(exponential.meanNumber(), Percentage.withPercentage(1e-6));
                assertThat(general.responseTime())
                        .isCloseTo(exponential.responseTime(), Percentage.withPercentage(1e-6));
            }
        }
    }

    @Test
    void twoPlacesWithConstantServiceLoseAsCalculatedByHand() {
        // π_0 = a_0 = e^{−ρ}, so L = 1 − 1/(e^{−ρ} + ρ).
        assertThat(Mg1k.deterministic(0.7, 1, 2).lossRatio()).isCloseTo(1 - 1 / (Math.exp(-0.7) + 0.7), within(1e-14));
    }

    @Test
    void withOnePlaceTheLawOfServiceDoesNotMatter() {
        for (double load : LOADS) {
            for (double scv : new double[] {0, 0.25, 1, 9}) {
                assertThat(Mg1k.solve(load, new ServiceMoments(1, scv), 1).lossRatio())
                        .isCloseTo(load / (1 + load), within(1e-12));
                assertThat(TwoMomentLoss.lossRatio(load, scv, 1)).isCloseTo(load / (1 + load), within(1e-12));
            }
        }
    }

    @Test
    void aLargeBufferWaitsAsPollaczekAndKhinchineSay() {
        for (double scv : new double[] {0, 0.5, 2}) {
            double wait = 0.8 * (1 + scv) / (2 * (1 - 0.8));
            assertThat(Mg1k.solve(0.8, new ServiceMoments(1, scv), 600).responseTime())
                    .isCloseTo(1 + wait, within(1e-9));
        }
    }

    @Test
    void tinyLossesKeepTheirDigits() {
        assertThat(Mg1k.solve(0.1, ServiceMoments.exponential(1), 30).lossRatio())
                .isCloseTo(0.9 * 1e-30, Percentage.withPercentage(1e-6));
    }

    @Test
    void aSaturatedServerLosesWhatItCannotServe() {
        assertThat(Mg1k.deterministic(2000, 1, 5).lossRatio()).isCloseTo(1 - 1 / 2000.0, within(1e-12));
        assertThat(Mg1k.deterministic(8, 1, 20).responseTime()).isCloseTo(20 - 1 / 8.0, within(1e-3));
        assertThat(TwoMomentLoss.lossRatio(1000, 0, 10)).isCloseTo(0.999, within(1e-12));
        assertThat(TwoMomentLoss.lossRatio(1000, 4, 3000)).isCloseTo(0.999, within(1e-12));
    }

    @Test
    void lossGrowsWithLoadAndFallsWithCapacity() {
        for (double scv : new double[] {0, 0.3, 1, 4}) {
            ServiceMoments service = new ServiceMoments(1, scv);
            double before = 0;
            for (double load = 0.1; load < 6; load *= 1.1) {
                double loss = Mg1k.solve(load, service, 8).lossRatio();
                assertThat(loss).isGreaterThan(before);
                assertThat(Mg1k.solve(load, service, 9).lossRatio()).isLessThan(loss + 1e-15);
                assertThat(TwoMomentLoss.lossRatio(load, scv, 9))
                        .isLessThanOrEqualTo(TwoMomentLoss.lossRatio(load, scv, 8) + 1e-15);
                before = loss;
            }
        }
    }

    @Test
    void moreVariableServiceLosesMore() {
        double before = 0;
        for (double scv : new double[] {0, 0.1, 0.5, 1, 3, 10}) {
            double loss = Mg1k.solve(0.9, new ServiceMoments(1, scv), 8).lossRatio();
            assertThat(loss).isGreaterThan(before);
            before = loss;
        }
    }

    @Test
    void workIsConserved() {
        for (double load : LOADS) {
            for (int capacity : CAPACITIES) {
                QueueFigures figures = Mg1k.deterministic(load, 1, capacity);
                assertThat(load * (1 - figures.lossRatio())).isLessThanOrEqualTo(1 + 1e-12);
                assertThat(figures.meanNumber()).isLessThanOrEqualTo(capacity + 1e-9);
                assertThat(figures.responseTime()).isBetween(1 - 1e-9, capacity + 1e-9);
            }
        }
    }

    @Test
    void twoMomentsAreWithinATenthOfTheExactLossInHeavyLoad() {
        for (double load : new double[] {0.95, 1, 1.05, 1.3, 2, 5}) {
            for (double scv : new double[] {0, 0.25, 0.5, 1}) {
                for (int capacity : new int[] {1, 5, 10, 20, 50}) {
                    assertThat(TwoMomentLoss.lossRatio(load, scv, capacity))
                            .as("load %s, scv %s, capacity %s", load, scv, capacity)
                            .isCloseTo(
                                    Mg1k.solve(load, new ServiceMoments(1, scv), capacity)
                                            .lossRatio(),
                                    Percentage.withPercentage(10));
                }
            }
        }
    }

    @Test
    void twoMomentsOverestimateTinyLossesFourTimes() {
        double exact = Mg1k.deterministic(0.5, 1, 10).lossRatio();
        assertThat(TwoMomentLoss.lossRatio(0.5, 0, 10) / exact).isBetween(3.5, 4.5);
    }

    @Test
    void twoMomentsAreSmoothAtLoadOne() {
        for (double scv : new double[] {0, 0.5, 1, 7}) {
            double limit = (1 + scv) / (2 * (scv + 12));
            assertThat(TwoMomentLoss.lossRatio(1, scv, 12)).isCloseTo(limit, within(1e-14));
            for (double distance : new double[] {1e-14, 1e-11, 1e-9, 1e-7}) {
                assertThat(TwoMomentLoss.lossRatio(1 - distance, scv, 12)).isCloseTo(limit, within(1e-6));
                assertThat(TwoMomentLoss.lossRatio(1 + distance, scv, 12)).isCloseTo(limit, within(1e-6));
            }
        }
    }

    @Test
    void twoMomentsWithExponentialServiceAreTheExponentialStation() {
        for (int capacity : CAPACITIES) {
            for (double load : LOADS) {
                assertThat(TwoMomentLoss.lossRatio(load, 1, capacity))
                        .isCloseTo(Mm1k.lossRatio(load, capacity), Percentage.withPercentage(1e-6));
            }
        }
    }

    @Test
    void beyondItsRangeTheTwoMomentFormulaIsThatOfASaturatedServer() {
        assertThat(TwoMomentLoss.lossRatio(4, 0, 10)).isEqualTo(0.75);
        assertThat(TwoMomentLoss.lossRatio(9, 0.1, 10)).isCloseTo(1 - 1 / 9.0, within(1e-15));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.25, 1, 3})
    void equalPhasesAreAPoissonProcess(double scv) {
        for (double load : new double[] {0.3, 1, 1.7}) {
            for (int capacity : new int[] {1, 2, 12}) {
                ServiceMoments service = new ServiceMoments(1.5, scv);
                QueueFigures poisson = Mg1k.solve(load / 1.5, service, capacity);
                QueueFigures modulated = MmppG1k.solve(new Mmpp(load / 1.5, load / 1.5, 0.3, 0.1), service, capacity);
                assertThat(modulated.lossRatio()).isCloseTo(poisson.lossRatio(), within(1e-11));
                assertThat(modulated.meanNumber()).isCloseTo(poisson.meanNumber(), within(1e-10));
                assertThat(modulated.responseTime()).isCloseTo(poisson.responseTime(), within(1e-10));
            }
        }
    }

    @Test
    void burstsWithExponentialServiceAgreeWithTheBalanceEquations() {
        for (Mmpp arrivals :
                new Mmpp[] {new Mmpp(2, 0.1, 0.05, 0.08), new Mmpp(3, 0, 1, 0.4), new Mmpp(0.2, 5, 0.01, 0.2)}) {
            double[] number = balance(arrivals, 10);
            double mean = 0;
            for (int n = 1; n <= 10; n++) {
                mean += n * number[n];
            }
            QueueFigures figures = MmppG1k.solve(arrivals, ServiceMoments.exponential(1), 10);
            assertThat(figures.lossRatio()).isCloseTo(1 - (1 - number[0]) / arrivals.arrivalRate(), within(1e-9));
            assertThat(figures.meanNumber()).isCloseTo(mean, within(1e-8));
            assertThat(figures.responseTime()).isCloseTo(mean / (1 - number[0]), within(1e-8));
        }
    }

    @Test
    void burstsLoseMoreThanPoissonArrivalsOfTheSameRate() {
        Mmpp bursts = new Mmpp(1.5, 0.1, 0.02, 0.02);
        assertThat(bursts.countDispersion()).isGreaterThan(10);
        assertThat(MmppG1k.solve(bursts, ServiceMoments.deterministic(1), 20).lossRatio())
                .isGreaterThan(
                        5 * Mg1k.deterministic(bursts.arrivalRate(), 1, 20).lossRatio());
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> Mm1k.lossRatio(0.5, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("capacity (0)")
                .hasMessageContaining("Maybe the job in service");
        assertThatThrownBy(() -> Mg1k.deterministic(Double.NaN, 1, 3)).hasMessageContaining("arrival rate (NaN)");
        assertThatThrownBy(() -> new ServiceMoments(0, 1)).hasMessageContaining("mean service time (0.0)");
        assertThatThrownBy(() -> ServiceMoments.erlang(0, 1)).hasMessageContaining("phases (0)");
        assertThatThrownBy(() -> new Mmpp(0, 0, 1, 1)).hasMessageContaining("sum of the rates");
        assertThatThrownBy(() -> MmppG1k.solve(new Mmpp(1, 2, 1e9, 1), ServiceMoments.deterministic(1), 3))
                .hasMessageContaining("another unit");
    }

    /** The law of the number of jobs under MMPP arrivals and service at rate 1, by power iteration. */
    private static double[] balance(Mmpp arrivals, int capacity) {
        double[] rates = {arrivals.firstRate(), arrivals.secondRate()};
        double[] leave = {arrivals.leaveFirst(), arrivals.leaveSecond()};
        double uniform = 2 + rates[0] + rates[1] + leave[0] + leave[1];
        double[] p = new double[2 * (capacity + 1)];
        p[0] = 1;
        for (int step = 0; step < 100_000; step++) {
            double[] q = new double[p.length];
            for (int state = 0; state < p.length; state++) {
                int n = state / 2;
                int phase = state % 2;
                double up = n < capacity ? rates[phase] : 0;
                double down = n > 0 ? 1 : 0;
                q[state] += p[state] * (1 - (up + down + leave[phase]) / uniform);
                q[2 * n + 1 - phase] += p[state] * leave[phase] / uniform;
                if (n < capacity) {
                    q[state + 2] += p[state] * up / uniform;
                }
                if (n > 0) {
                    q[state - 2] += p[state] * down / uniform;
                }
            }
            p = q;
        }
        double[] number = new double[capacity + 1];
        for (int state = 0; state < p.length; state++) {
            number[state / 2] += p[state];
        }
        return number;
    }

    @Test
    void burstsSoThickThatNoServiceEndsWithoutArrivalsLoseAllButOneJobAService() {
        for (double rate : new double[] {20, 200, 800, 2_000}) {
            QueueFigures figures = MmppG1k.solve(new Mmpp(rate, rate, 0.3, 0.1), ServiceMoments.deterministic(1), 50);

            QueueFigures poisson = Mg1k.deterministic(rate, 1, 50);
            assertThat(figures.lossRatio()).as("rate %s", rate).isCloseTo(poisson.lossRatio(), within(1e-9));
            assertThat(figures.meanNumber()).isCloseTo(poisson.meanNumber(), within(1e-3));
        }
    }
}

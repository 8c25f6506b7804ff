package dev.offramp.coordinator.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class DistributionsTest {
    private static final int DRAWS = 400_000;
    private final RandomGenerator random = new RandomStreams(1).stream("draws");

    @Test
    void serviceTimesHaveTheMeanAndScvTheySay() {
        for (ServiceTime time : List.of(
                new ServiceTime.Deterministic(2),
                new ServiceTime.Exponential(2),
                new ServiceTime.Gamma(2, 0.05),
                new ServiceTime.Gamma(2, 0.5),
                new ServiceTime.Gamma(2, 2.5),
                ServiceTime.Empirical.of(1, 2, 4),
                new ServiceTime.Gamma(1, 0.7).times(3))) {
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < DRAWS; i++) {
                double drawn = time.sample(random);
                sum += drawn;
                squares += drawn * drawn;
            }
            double mean = sum / DRAWS;
            assertThat(mean).as("%s", time).isCloseTo(time.mean(), within(0.015 * time.mean()));
            assertThat(squares / DRAWS / (mean * mean) - 1)
                    .as("%s", time)
                    .isCloseTo(time.scv(), within(0.05 + 0.03 * time.scv()));
        }
    }

    @Test
    void arrivalsHaveTheRateTheySay() {
        for (ArrivalProcess process : List.of(
                new ArrivalProcess.Poisson(5),
                new ArrivalProcess.Periodic(5),
                new ArrivalProcess.Mmpp(10, 1, 0.5, 1.5),
                ArrivalProcess.Mmpp.bursts(5, 3, 0.2, 2),
                ArrivalProcess.Trace.of(0.1, 0.4, 0.1),
                new ArrivalProcess.Poisson(2.5).faster(2))) {
            ArrivalProcess.Interarrivals arrivals = process.start(random);
            double time = 0;
            for (int i = 0; i < DRAWS; i++) {
                time += arrivals.next();
            }
            assertThat(DRAWS / time)
                    .as("%s", process)
                    .isCloseTo(process.arrivalRate(), within(0.02 * process.arrivalRate()));
        }
    }

    @Test
    void burstsVaryMoreThanPoissonArrivals() {
        ArrivalProcess.Interarrivals arrivals =
                ArrivalProcess.Mmpp.bursts(5, 3, 0.2, 2).start(random);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < DRAWS; i++) {
            double gap = arrivals.next();
            sum += gap;
            squares += gap * gap;
        }
        double mean = sum / DRAWS;
        assertThat(squares / DRAWS / (mean * mean) - 1).isGreaterThan(1.2);
    }

    @Test
    void streamsAreTheSameByNameAndDifferBetweenNames() {
        RandomStreams streams = new RandomStreams(7);
        assertThat(streams.stream("a").nextLong()).isEqualTo(streams.stream("a").nextLong());
        assertThat(streams.stream("a").nextLong())
                .isNotEqualTo(streams.stream("b").nextLong());
        assertThat(streams.replication(1).stream("a").nextLong())
                .isNotEqualTo(streams.replication(2).stream("a").nextLong());
    }

    @Test
    void impossibleParametersAreRefused() {
        assertThatThrownBy(() -> new ServiceTime.Gamma(1, 0)).hasMessageContaining("Maybe a constant time is meant");
        assertThatThrownBy(() -> new ServiceTime.Deterministic(Double.NaN))
                .hasMessageContaining("service time (NaN s)");
        assertThatThrownBy(() -> new ArrivalProcess.Poisson(0)).hasMessageContaining("arrival rate (0.0/s)");
        assertThatThrownBy(() -> ArrivalProcess.Trace.of()).hasMessageContaining("at least one");
        assertThatThrownBy(() -> ExitBehaviour.Given.of(new double[] {0.5}, new double[] {1}))
                .hasMessageContaining("shares that sum to 1");
    }
}

package dev.offramp.coordinator.queueing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.coordinator.queueing.FlowSolution.FlowFigures;
import dev.offramp.coordinator.queueing.FlowSolution.HopFigures;
import dev.offramp.coordinator.queueing.FlowSolution.StationFigures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FlowNetworkTest {
    @Test
    void oneStationIsExact() {
        for (double scv : new double[] {0, 0.5, 1, 2}) {
            for (double load : new double[] {0.2, 0.9, 1, 1.8}) {
                ServiceMoments service = new ServiceMoments(2, scv);
                QueueFigures exact = Mg1k.solve(load / 2, service, 7);
                FlowFigures flow = solve(new int[] {7}, Flow.poisson(load / 2, List.of(new FlowHop(0, service, 1))))
                        .flows()
                        .get(0);
                assertThat(flow.lossRatio()).isCloseTo(exact.lossRatio(), within(1e-9));
                assertThat(flow.latency()).isCloseTo(exact.responseTime(), within(1e-6 * exact.responseTime()));
            }
        }
    }

    @Test
    void poissonFlowsAtOneStationLoseAlike() {
        FlowSolution solution = solve(new int[] {5}, metronome(0.4, 1, 0.7), metronome(0.9, 1, 1.1));
        assertThat(solution.flows().get(0).lossRatio())
                .isCloseTo(solution.flows().get(1).lossRatio(), within(0.02));
        assertThat(solution.stations().get(0).utilisation()).isLessThanOrEqualTo(1);
    }

    @Test
    void behindASlowerConstantServerNobodyWaits() {
        FlowSolution solution = solve(new int[] {40, 3}, metronome(0.8, 1, 1.0, 0.9));
        HopFigures second = solution.flows().get(0).hops().get(1);
        assertThat(second.responseTime()).isCloseTo(0.9, within(0.01));
        assertThat(second.lossRatio()).isCloseTo(0, within(1e-6));
    }

    @Test
    void tandemOfConstantServersWaitsAsItsSlowestServerAlone() {
        // Friedman, 1965: the waits of a tandem sum to that of the slowest server fed directly.
        FlowSolution solution = solve(new int[] {400, 400, 400}, metronome(0.85, 1, 0.7, 1.0, 0.4));
        double wait = 0.85 / (2 * (1 - 0.85));
        assertThat(solution.flows().get(0).latency()).isCloseTo(2.1 + wait, within(0.02 * wait));
    }

    @Test
    void aSaturatedServerEmitsAMetronome() {
        FlowSolution solution = solve(new int[] {10, 1, 1}, metronome(4, 1, 2.0, 1.9, 1.99));
        List<HopFigures> hops = solution.flows().get(0).hops();
        assertThat(hops.get(0).lossRatio()).isCloseTo(1 - 1 / 8.0, within(1e-3));
        assertThat(hops.get(1).lossRatio()).isCloseTo(0, within(1e-3));
        assertThat(hops.get(2).lossRatio()).isCloseTo(0, within(1e-3));
        assertThat(solution.flows().get(0).throughput()).isCloseTo(0.5, within(1e-3));
    }

    @Test
    void aMetronomeLeavesThePoissonFlowItsGapsOnly() {
        // The metronome's period is 2, its service 1.98 at the only place: 1 % of the time is free.
        Flow saturating = new Flow(3, 1, List.of(FlowHop.deterministic(0, 2), FlowHop.deterministic(1, 1.98)));
        Flow poisson = Flow.poisson(0.05, List.of(FlowHop.deterministic(1, 1.98)));
        FlowSolution solution = solve(new int[] {20, 1}, saturating, poisson);
        assertThat(solution.flows().get(1).lossRatio()).isBetween(0.95, 0.999);
        assertThat(solution.flows().get(0).hops().get(1).lossRatio()).isLessThan(0.05);
    }

    @Test
    void exitsThinAFlowAndCompleteItsJobs() {
        Flow flow = Flow.poisson(
                0.5, List.of(new FlowHop(0, ServiceMoments.deterministic(0.1), 0.3), FlowHop.deterministic(1, 0.2)));
        FlowFigures figures = solve(new int[] {50, 50}, flow).flows().get(0);
        assertThat(figures.hops().get(1).arrivalRate()).isCloseTo(0.15, within(1e-9));
        assertThat(figures.throughput()).isCloseTo(0.5, within(1e-9));
        double first = figures.hops().get(0).responseTime();
        double second = figures.hops().get(1).responseTime();
        assertThat(figures.latency()).isCloseTo(first + 0.3 * second, within(1e-9));
    }

    @Test
    void aFlowThatAlwaysExitsLoadsNothingBehind() {
        Flow flow = Flow.poisson(
                2, List.of(new FlowHop(0, ServiceMoments.deterministic(0.3), 0), FlowHop.deterministic(1, 5)));
        FlowSolution solution = solve(new int[] {8, 1}, flow);
        assertThat(solution.stations().get(1).offeredLoad()).isCloseTo(0, within(1e-9));
        assertThat(solution.flows().get(0).throughput()).isGreaterThan(1.9);
    }

    @Test
    void exponentialTandemIsNearBurke() {
        Flow flow = Flow.poisson(0.7, List.of(exponential(0, 1), exponential(1, 1.2)));
        double latency = 1 / (1 - 0.7) + 1.2 / (1 - 0.84);
        assertThat(solve(new int[] {300, 300}, flow).flows().get(0).latency())
                .isCloseTo(latency, within(0.02 * latency));
    }

    @Test
    void regularArrivalsLoseLessAndBurstyOnesMore() {
        double before = 0;
        for (double scv : new double[] {0, 0.3, 1, 2, 5}) {
            Flow flow = new Flow(0.9, scv, List.of(FlowHop.deterministic(0, 1)));
            double loss = solve(new int[] {6}, flow).flows().get(0).lossRatio();
            assertThat(loss).isGreaterThanOrEqualTo(before);
            before = loss;
        }
        assertThat(before).isGreaterThan(0.05);
    }

    @Test
    void throughputGrowsWithCapacityAndLatencyWithLoad() {
        double before = 0;
        for (int capacity = 1; capacity < 30; capacity++) {
            double throughput = solve(new int[] {capacity, 30}, metronome(0.9, 1, 1, 0.8))
                    .flows()
                    .get(0)
                    .throughput();
            assertThat(throughput).isGreaterThanOrEqualTo(before - 1e-9);
            before = throughput;
        }
        before = 0;
        for (double rate = 0.05; rate < 0.95; rate += 0.05) {
            double latency = solve(new int[] {100, 100}, metronome(rate, 1, 0.8, 1))
                    .flows()
                    .get(0)
                    .latency();
            assertThat(latency).isGreaterThan(before);
            before = latency;
        }
    }

    @Test
    void randomNetworksConvergeAndConserveJobsAndWork() {
        int unconverged = 0;
        int networks = 400;
        for (int seed = 0; seed < networks; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int stations = 2 + random.nextInt(12);
            int[] capacity = IntStream.generate(() -> 1 + random.nextInt(40))
                    .limit(stations)
                    .toArray();
            List<Flow> flows = new ArrayList<>();
            for (int f = 1 + random.nextInt(6); f > 0; f--) {
                flows.add(randomFlow(random, stations));
            }
            FlowSolution solution = new FlowNetwork(capacity, flows).solve();
            unconverged += solution.converged() ? 0 : 1;
            check(seed, flows, solution);
        }
        assertThat(unconverged).isLessThanOrEqualTo(networks / 100);
    }

    @Test
    void sameNetworkSameAnswer() {
        FlowNetwork network = new FlowNetwork(new int[] {3, 9}, List.of(metronome(0.9, 1, 1, 0.8)));
        assertThat(network.solve()).isEqualTo(network.solve());
    }

    @Test
    void refusesHopsAtStationsThatDoNotExist() {
        assertThatThrownBy(() -> new FlowNetwork(new int[] {3}, List.of(metronome(1, 1, 1, 1))))
                .hasMessageContaining("station (1) of a hop");
        assertThatThrownBy(() -> new FlowNetwork(new int[] {0}, List.of())).hasMessageContaining("capacity (0)");
        assertThatThrownBy(() -> Flow.poisson(1, List.of())).hasMessageContaining("hops, not 0");
    }

    private static void check(int seed, List<Flow> flows, FlowSolution solution) {
        for (int f = 0; f < flows.size(); f++) {
            FlowFigures figures = solution.flows().get(f);
            assertThat(figures.throughput())
                    .as("seed %s", seed)
                    .isBetween(0.0, flows.get(f).arrivalRate());
            double lost = 0;
            for (int h = 0; h < figures.hops().size(); h++) {
                HopFigures hop = figures.hops().get(h);
                assertThat(hop.lossRatio()).as("seed %s", seed).isBetween(0.0, 1.0);
                assertThat(hop.responseTime())
                        .as("seed %s", seed)
                        .isGreaterThanOrEqualTo(
                                flows.get(f).path().get(h).service().mean());
                lost += hop.arrivalRate() * hop.lossRatio();
            }
            assertThat(figures.throughput() + lost)
                    .as("seed %s", seed)
                    .isCloseTo(flows.get(f).arrivalRate(), within(1e-9));
            assertThat(figures.latency()).as("seed %s", seed).isFinite();
        }
        for (StationFigures station : solution.stations()) {
            assertThat(station.utilisation()).as("seed %s", seed).isBetween(0.0, 1 + 1e-3);
            assertThat(station.utilisation()).as("seed %s", seed).isLessThanOrEqualTo(station.offeredLoad() + 1e-9);
            assertThat(station.lossRatio()).as("seed %s", seed).isBetween(0.0, 1.0);
        }
    }

    private static Flow randomFlow(SplittableRandom random, int stations) {
        int length = 1 + random.nextInt(Math.min(stations, 6));
        int[] order = IntStream.range(0, stations).toArray();
        List<FlowHop> path = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            int swap = i + random.nextInt(stations - i);
            int chosen = order[swap];
            order[swap] = order[i];
            double scv = random.nextInt(3) == 0 ? 2 * random.nextDouble() : 0;
            double go = random.nextInt(3) == 0 ? random.nextDouble() : 1;
            path.add(new FlowHop(chosen, new ServiceMoments(0.01 + 2 * random.nextDouble(), scv), go));
        }
        return new Flow(
                1 / (0.1 + 9.9 * random.nextDouble()), random.nextInt(4) == 0 ? 3 * random.nextDouble() : 1, path);
    }

    private static Flow metronome(double rate, double scv, double... services) {
        return new Flow(
                rate,
                scv,
                IntStream.range(0, services.length)
                        .mapToObj(i -> FlowHop.deterministic(i, services[i]))
                        .toList());
    }

    private static FlowHop exponential(int station, double mean) {
        return new FlowHop(station, ServiceMoments.exponential(mean), 1);
    }

    private static FlowSolution solve(int[] capacity, Flow... flows) {
        return new FlowNetwork(capacity, Arrays.asList(flows)).solve();
    }

    @Test
    void aSlowMetronomeAtASinglePlaceLeavesTheOthersAlone() {
        for (double slow : new double[] {1e-1, 1e-3, 1e-5}) {
            FlowSolution solution = new FlowNetwork(
                            new int[] {1},
                            List.of(
                                    Flow.poisson(1.5, List.of(FlowHop.deterministic(0, 0.2))),
                                    new Flow(slow, 0, List.of(FlowHop.deterministic(0, 0.5)))))
                    .solve();

            double load = 1.5 * 0.2 + slow * 0.5;
            assertThat(solution.stations().get(0).lossRatio())
                    .as("a job every %s", 1 / slow)
                    .isCloseTo(load / (1 + load), within(0.01));
            assertThat(solution.flows().get(0).throughput()).isCloseTo(1.5 / (1 + load), within(0.02));
        }
    }
}

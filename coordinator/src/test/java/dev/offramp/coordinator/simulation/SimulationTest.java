package dev.offramp.coordinator.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.partition.NodeId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Thresholds;
import dev.offramp.partition.profile.ExitMix;
import dev.offramp.partition.profile.ExitProfile;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SimulationTest {
    private static SimulationResult until(Nets nets, double seconds) {
        Simulation simulation = nets.start(1);
        simulation.runUntil(seconds);
        return simulation.result();
    }

    private static long completed(SimulationResult result, int service) {
        return result.services().get(service).completed().completed();
    }

    @Test
    void arrivalAtAFullQueueIsLost() {
        Nets nets =
                new Nets().station(2).service(Nets.at(1, 1.1, 1.2, 4), Overflow.DROP_NEW, Nets.last(0, Nets.fixed(1)));
        SimulationResult result = until(nets, 10);
        assertThat(completed(result, 0)).isEqualTo(3);
        assertThat(result.services().get(0).queueFull()).isEqualTo(1);
        assertThat(result.services().get(0).latency().mean()).isCloseTo((1 + 1.9 + 1) / 3, within(0.001));
    }

    @ParameterizedTest
    @EnumSource(Overflow.class)
    void aJobWhoseNextHopIsAtTheSameNodeQueuesAgainInTheRoomThatItHas(Overflow overflow) {
        Nets nets = new Nets()
                .station(2)
                .service(Nets.at(1, 1.1), overflow, Nets.inner(0, Nets.fixed(1)), Nets.last(0, Nets.fixed(1)));
        SimulationResult result = until(nets, 10);
        assertThat(completed(result, 0)).isEqualTo(2);
        assertThat(result.services().get(0).latency().mean()).isCloseTo((3 + 3.9) / 2, within(0.001));
    }

    @Test
    void dropOldestKeepsTheNewestAndTheOneInService() {
        Nets nets =
                new Nets().station(2).service(Nets.at(1, 1.1, 1.2), Overflow.DROP_OLDEST, Nets.last(0, Nets.fixed(1)));
        SimulationResult result = until(nets, 10);
        assertThat(result.services().get(0).queueFull()).isEqualTo(1);
        assertThat(result.services().get(0).latency().mean()).isCloseTo((1 + 1.8) / 2, within(0.001));
    }

    @Test
    void blockedSenderKeepsItsJobAndGoesOnWhenThereIsRoom() {
        Nets nets = new Nets()
                .station(4)
                .station(1)
                .service(
                        Nets.at(1, 1.1, 1.2),
                        Overflow.BLOCK,
                        Nets.inner(0, Nets.fixed(0.5)),
                        Nets.last(1, Nets.fixed(2)));
        SimulationResult result = until(nets, 20);
        assertThat(result.lossRatio()).isZero();
        // 1.5–3.5, 3.5–5.5, 5.5–7.5 on the second node.
        assertThat(result.services().get(0).latency().mean()).isCloseTo((2.5 + 4.4 + 6.3) / 3, within(0.001));
    }

    @Test
    void greaterPriorityIsServedFirstButInterruptsNobody() {
        Nets nets = new Nets()
                .station(10)
                .service(Nets.at(1, 1.1), Overflow.DROP_NEW, Nets.last(0, Nets.fixed(1)))
                .service(
                        Nets.at(1.5),
                        Overflow.DROP_NEW,
                        5,
                        Double.POSITIVE_INFINITY,
                        ExitBehaviour.Given.single(),
                        Nets.last(0, Nets.fixed(1)));
        SimulationResult result = until(nets, 10);
        assertThat(result.services().get(1).latency().mean()).isCloseTo(1.5, within(0.02));
        assertThat(result.services().get(0).latency().mean()).isCloseTo((1 + 2.9) / 2, within(0.02));
    }

    private static Nets important(Nets nets, Overflow overflow, int priority, double... times) {
        return nets.service(
                Nets.at(times),
                overflow,
                priority,
                Double.POSITIVE_INFINITY,
                ExitBehaviour.Given.single(),
                Nets.last(0, Nets.fixed(1)));
    }

    @Test
    void theLowestPriorityIsDroppedFirstWhateverTheOverflow() {
        for (Overflow overflow : Overflow.values()) {
            Nets nets = important(new Nets().station(3), overflow, 0, 1, 1.1, 1.7);
            SimulationResult result = until(important(important(nets, overflow, 1, 1.2), overflow, 2, 1.3), 10);
            // 1.1 gives way to 1.3, and 1.7 finds nobody to give way to it.
            assertThat(result.services().get(0).queueFull()).as("%s", overflow).isEqualTo(2);
            assertThat(result.services().get(1).queueFull()).as("%s", overflow).isZero();
            assertThat(result.services().get(2).queueFull()).as("%s", overflow).isZero();
        }
    }

    @Test
    void aPriorityAtItsShareLeavesRoomToOthers() {
        Station station =
                new Station(Nets.node(0), 3, Long.MAX_VALUE, 1, Discipline.FIRST_COME, new TreeMap<>(Map.of(0, 2)));
        Nets nets = important(new Nets().station(station), Overflow.DROP_NEW, 0, 1, 1.1, 1.2);
        SimulationResult result = until(important(nets, Overflow.DROP_NEW, 1, 1.3), 10);
        assertThat(result.services().get(0).queueFull()).isEqualTo(1);
        assertThat(result.services().get(1).queueFull()).isZero();
    }

    @Test
    void lastComeServesTheFreshestWaitingJob() {
        Nets nets = new Nets()
                .station(10, Long.MAX_VALUE, 1, Discipline.LAST_COME)
                .service(Nets.at(1, 1.1, 1.9), Overflow.DROP_NEW, Nets.last(0, Nets.fixed(1)));
        assertThat(until(nets, 10).services().get(0).latency().mean()).isCloseTo((1 + 1.1 + 2.9) / 3, within(0.001));
    }

    @Test
    void jobsWhoseDeadlinePassedAreLostBeforeTheyAreServed() {
        Nets nets = new Nets()
                .station(10)
                .service(
                        Nets.at(1, 1.1, 1.2, 1.3),
                        Overflow.DROP_NEW,
                        0,
                        1.5,
                        ExitBehaviour.Given.single(),
                        Nets.last(0, Nets.fixed(1)));
        SimulationResult result = until(nets, 10);
        assertThat(completed(result, 0)).isEqualTo(2);
        assertThat(result.services().get(0).expired()).isEqualTo(2);
        // The second took 1.9 s: right, but late.
        assertThat(result.services().get(0).correctInTime()).isEqualTo(1);
    }

    @Test
    void linksSendOneAfterTheOtherAndDelay() {
        Visit second = Visit.of(Nets.node(1), 1000, Nets.fixed(0), List.of(1));
        Nets nets = new Nets()
                .station(10)
                .station(10)
                .link(0, 1, 1000, 0.25)
                .service(Nets.at(1, 1), Overflow.DROP_NEW, Nets.inner(0, Nets.fixed(0)), second);
        assertThat(until(nets, 10).services().get(0).latency().mean()).isCloseTo((1.25 + 2.25) / 2, within(0.001));
    }

    @Test
    void roomIsReservedBeforeAJobIsSent() {
        Visit second = Visit.of(Nets.node(1), 1000, Nets.fixed(0.1), List.of(1));
        Nets nets = new Nets()
                .station(10)
                .station(1)
                .link(0, 1, 1000, 0)
                .service(Nets.at(1, 1.5), Overflow.DROP_NEW, Nets.inner(0, Nets.fixed(0)), second);
        SimulationResult result = until(nets, 10);
        assertThat(result.chains().get(0).lostAtHop()).containsExactly(0L, 1L);
    }

    @Test
    void bytesAreHeldUntilTheNextNodeHasTheJob() {
        Visit first = Visit.of(Nets.node(0), 600, Nets.fixed(0), List.of());
        Visit second = Visit.of(Nets.node(1), 1000, Nets.fixed(0), List.of(1));
        Nets nets = new Nets()
                .station(10, 1000, 1, Discipline.FIRST_COME)
                .station(10)
                .link(0, 1, 1000, 0)
                .service(Nets.at(1, 1.5, 2.5), Overflow.DROP_NEW, first, second);
        SimulationResult result = until(nets, 10);
        assertThat(result.services().get(0).queueFull())
                .as("the one that came at 1.5")
                .isEqualTo(1);
        assertThat(completed(result, 0)).isEqualTo(2);
    }

    @Test
    void exitsEndAJobAndSpareItTheRest() {
        ExitBehaviour exits = ExitBehaviour.Given.of(new double[] {0.25, 0.75}, new double[] {0.5, 1});
        Nets nets = new Nets()
                .station(100)
                .station(100)
                .service(
                        new ArrivalProcess.Poisson(0.1),
                        Overflow.DROP_NEW,
                        0,
                        Double.POSITIVE_INFINITY,
                        exits,
                        Visit.of(Nets.node(0), 0, Nets.fixed(1), List.of(1)),
                        Visit.of(Nets.node(1), 0, Nets.fixed(2), List.of(2)));
        SimulationResult result = nets.run(40_000, 1);
        ExitMix mix = result.services().get(0).completed();
        assertThat(mix.share(1)).isCloseTo(0.25, within(0.01));
        assertThat(mix.accuracy(1).orElseThrow()).isCloseTo(0.5, within(0.02));
        assertThat(result.accuracy()).isCloseTo(0.875, within(0.01));
        assertThat(result.stations().get(1).utilisation()).isCloseTo(0.1 * 0.75 * 2, within(0.01));
    }

    private static ExitProfile profile() {
        int samples = 400;
        Random random = new Random(5);
        short[][] label = new short[3][samples];
        float[][] confidence = new float[3][samples];
        for (int exit = 0; exit < 3; exit++) {
            for (int sample = 0; sample < samples; sample++) {
                label[exit][sample] = (short) (random.nextDouble() < 0.5 + 0.2 * exit ? 0 : 1);
                confidence[exit][sample] = random.nextFloat();
            }
        }
        return ExitProfile.of(new int[samples], label, confidence);
    }

    @Test
    void measuredExitsAreThoseOfTheReplay() {
        ExitProfile profile = profile();
        Nets nets = new Nets()
                .station(1000)
                .service(
                        new ArrivalProcess.Poisson(1),
                        Overflow.DROP_NEW,
                        0,
                        Double.POSITIVE_INFINITY,
                        new ExitBehaviour.Measured(profile),
                        Visit.of(Nets.node(0), 0, Nets.fixed(0.1), List.of(1, 2, 3)));
        Thresholds thresholds = Thresholds.of(0.7f, 0.4f, 0f);
        Map<ServiceId, Orders> orders = Map.of(
                Nets.service(0),
                Orders.always(
                        nets.deployment().services().get(0).chains().get(0).id(), thresholds));
        SimulationResult result =
                Simulation.run(nets.deployment(), nets.workload(), orders, 100_000, 0, new RandomStreams(2));
        ExitMix expected = profile.replay(thresholds);
        for (int exit = 1; exit <= 3; exit++) {
            assertThat(result.services().get(0).completed().share(exit)).isCloseTo(expected.share(exit), within(0.01));
        }
        assertThat(result.accuracy()).isCloseTo(expected.accuracy().orElseThrow(), within(0.01));
    }

    @Test
    void ordersMayDependOnTheJobsInFlight() {
        ExitProfile profile = profile();
        Nets nets = new Nets()
                .station(10)
                .service(
                        Nets.at(1, 1.1, 1.2, 1.3),
                        Overflow.DROP_NEW,
                        0,
                        Double.POSITIVE_INFINITY,
                        new ExitBehaviour.Measured(profile),
                        Visit.of(Nets.node(0), 0, Nets.fixed(10), List.of(1, 2, 3)));
        var chain = nets.deployment().services().get(0).chains().get(0).id();
        Orders paced = new Orders(List.of(
                new Orders.Step(0, List.of(new Orders.Alternative(chain, Thresholds.of(2f, 2f, 0f), 1))),
                new Orders.Step(2, List.of(new Orders.Alternative(chain, Thresholds.of(0f, 2f, 0f), 1)))));
        Simulation simulation = Simulation.start(
                nets.deployment(), nets.workload(), Map.of(Nets.service(0), paced), null, new RandomStreams(1));
        simulation.runUntil(100);
        ExitMix mix = simulation.result().services().get(0).completed();
        assertThat(mix.completed(3)).isEqualTo(2);
        assertThat(mix.completed(1)).isEqualTo(2);
    }

    @Test
    void alternativesKeepTheirSharesInShortWindows() {
        ExitProfile profile = profile();
        Nets nets = new Nets()
                .station(1000)
                .service(
                        new ArrivalProcess.Periodic(1),
                        Overflow.DROP_NEW,
                        0,
                        Double.POSITIVE_INFINITY,
                        new ExitBehaviour.Measured(profile),
                        Visit.of(Nets.node(0), 0, Nets.fixed(0.01), List.of(1, 2, 3)));
        var chain = nets.deployment().services().get(0).chains().get(0).id();
        Orders mixed = Orders.mix(List.of(
                new Orders.Alternative(chain, Thresholds.of(0f, 2f, 0f), 0.3),
                new Orders.Alternative(chain, Thresholds.of(2f, 2f, 0f), 0.7)));
        Simulation simulation = Simulation.start(
                nets.deployment(), nets.workload(), Map.of(Nets.service(0), mixed), null, new RandomStreams(1));
        simulation.runUntil(101);
        assertThat(simulation.result().services().get(0).completed().completed(1))
                .isBetween(28L, 32L);
    }

    @Test
    void everyJobIsCompletedLostOrInFlightWhateverHappens() {
        for (long seed = 1; seed <= 300; seed++) {
            Random random = new Random(seed);
            Nets nets = random(random);
            Simulation simulation = nets.start(seed);
            for (int part = 0; part < 3; part++) {
                simulation.runArrivals(500);
                for (SimulationResult.ServiceResult service :
                        simulation.result().services()) {
                    assertThat(service.completed().completed()
                                    + service.queueFull()
                                    + service.expired()
                                    + service.inFlightChange())
                            .as("seed %d", seed)
                            .isEqualTo(service.accepted());
                    assertThat(service.inFlightChange()).as("seed %d", seed).isBetween(0L, 1_000L);
                }
            }
            for (SimulationResult.StationResult station : simulation.result().stations()) {
                assertThat(station.utilisation()).isBetween(0.0, 1.0);
            }
        }
    }

    @Test
    void memoryDoesNotGrowWithTheLengthOfTheRun() {
        Simulation simulation = new Nets()
                .station(8)
                .station(4)
                .link(0, 1, 1e6, 0.001)
                .service(
                        new ArrivalProcess.Poisson(1.5),
                        Overflow.DROP_NEW,
                        Nets.inner(0, Nets.exponential(1)),
                        Visit.of(Nets.node(1), 1_000, Nets.exponential(1), List.of(1)))
                .start(1);
        simulation.runArrivals(100_000);

        long bytes = allocatedBytes();
        simulation.runArrivals(1_000_000);

        assertThat(allocatedBytes() - bytes).isLessThan(200_000);
    }

    private static long allocatedBytes() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @Test
    void sameSeedSameResult() {
        for (long seed = 1; seed <= 20; seed++) {
            Nets nets = random(new Random(seed));
            assertThat(nets.run(2_000, seed)).isEqualTo(nets.run(2_000, seed));
        }
    }

    /** Anything that the model allows; chains that block go from lower to higher nodes, so that none waits in a circle. */
    private static Nets random(Random random) {
        Nets nets = new Nets();
        int nodes = 1 + random.nextInt(5);
        for (int i = 0; i < nodes; i++) {
            nets.station(
                    1 + random.nextInt(6),
                    random.nextBoolean() ? Long.MAX_VALUE : 2_000,
                    0.5 + random.nextDouble(),
                    Discipline.values()[random.nextInt(2)]);
        }
        for (int from = 0; from < nodes; from++) {
            for (int to = 0; to < nodes; to++) {
                if (from != to && random.nextInt(3) == 0) {
                    nets.link(from, to, 1_000 * (1 + random.nextInt(20)), random.nextDouble());
                }
            }
        }
        int services = 1 + random.nextInt(3);
        for (int s = 0; s < services; s++) {
            List<Integer> path = new ArrayList<>();
            for (int node = 0; node < nodes; node++) {
                if (random.nextBoolean()) {
                    path.add(node);
                }
            }
            if (path.isEmpty()) {
                path.add(0);
            }
            List<Visit> visits = new ArrayList<>();
            double[] shares = new double[path.size()];
            double[] accuracies = new double[path.size()];
            for (int hop = 0; hop < path.size(); hop++) {
                ServiceTime time =
                        switch (random.nextInt(4)) {
                            case 0 -> Nets.fixed(random.nextDouble());
                            case 1 -> Nets.exponential(random.nextDouble());
                            case 2 -> new ServiceTime.Gamma(random.nextDouble(), 0.1 + 3 * random.nextDouble());
                            default -> ServiceTime.Empirical.of(0.1, random.nextDouble(), 0);
                        };
                visits.add(Visit.of(new NodeId("n" + path.get(hop)), random.nextInt(900), time, List.of(hop + 1)));
                shares[hop] = 1.0 / path.size();
                accuracies[hop] = random.nextDouble();
            }
            ArrivalProcess process =
                    switch (random.nextInt(3)) {
                        case 0 -> new ArrivalProcess.Poisson(0.5 + 3 * random.nextDouble());
                        case 1 -> new ArrivalProcess.Periodic(0.5 + 3 * random.nextDouble());
                        default -> ArrivalProcess.Mmpp.bursts(1 + random.nextDouble(), 3, 0.2, 5);
                    };
            nets.service(
                    process,
                    Overflow.values()[random.nextInt(3)],
                    random.nextInt(3),
                    random.nextBoolean() ? Double.POSITIVE_INFINITY : 2 + random.nextDouble(),
                    ExitBehaviour.Given.of(shares, accuracies),
                    visits.toArray(Visit[]::new));
        }
        return nets;
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Nets nets = new Nets()
                .station(1)
                .service(new ArrivalProcess.Poisson(1), Overflow.DROP_NEW, Nets.last(0, Nets.fixed(1)));
        assertThatThrownBy(() ->
                        Simulation.start(nets.deployment(), nets.workload(), Map.of(), null, new RandomStreams(1)))
                .hasMessageContaining("none for s0");
        assertThatThrownBy(() -> new Nets()
                        .service(new ArrivalProcess.Poisson(1), Overflow.DROP_NEW, Nets.last(7, Nets.fixed(1)))
                        .deployment())
                .hasMessageContaining("visits n7");
        assertThatThrownBy(() -> new ServiceModel(
                        Nets.service(0),
                        Optional.empty(),
                        ExitBehaviour.Given.single(),
                        Overflow.DROP_NEW,
                        0,
                        0,
                        List.of()))
                .hasMessageContaining("0 chains");
    }

    @Test
    void whoWaitsForRoomComesInWhereAJobArrivesTooLateToBeServed() {
        Nets nets = new Nets()
                .station(4)
                .station(1)
                .link(0, 1, Double.POSITIVE_INFINITY, 5)
                .service(
                        Nets.at(1, 2, 3),
                        Overflow.BLOCK,
                        0,
                        4,
                        ExitBehaviour.Given.single(),
                        Nets.inner(0, Nets.fixed(0.5)),
                        Nets.last(1, Nets.fixed(1)));

        SimulationResult result = until(nets, 100);

        assertThat(result.services().get(0).expired()).isEqualTo(3);
        assertThat(result.services().get(0).inFlightChange()).isZero();
    }

    @Test
    void aJobThatIsDroppedForAnotherCameOnce() {
        Nets nets = new Nets()
                .station(2)
                .service(new ArrivalProcess.Poisson(2), Overflow.DROP_OLDEST, Nets.last(0, Nets.fixed(1)));

        SimulationResult result = nets.run(20_000, 1);

        assertThat(result.stations().get(0).offered())
                .isEqualTo(result.services().get(0).accepted());
        assertThat(result.stations().get(0).lossRatio())
                .isCloseTo(result.services().get(0).lossRatio(), within(1e-9));
    }
}

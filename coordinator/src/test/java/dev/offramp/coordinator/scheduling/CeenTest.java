package dev.offramp.coordinator.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.coordinator.predict.Predictor;
import dev.offramp.coordinator.predict.analytic.AnalyticPredictor;
import dev.offramp.coordinator.predict.simulated.SimulatedPredictor;
import dev.offramp.coordinator.simulation.ChainModel;
import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.ServiceTime;
import dev.offramp.coordinator.simulation.Station;
import dev.offramp.coordinator.simulation.Visit;
import dev.offramp.coordinator.simulation.Workload;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Thresholds;
import dev.offramp.partition.profile.ExitProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CeenTest {
    private final Predictor predictor = new SimulatedPredictor(5_000, 1);
    private final Objective objective = Objective.standard();

    private double value(Deployment deployment, Workload workload, Map<ServiceId, Orders> orders) {
        return objective.value(predictor.predict(deployment, workload, orders));
    }

    private Ceen ceen() {
        return new Ceen(new AnalyticPredictor(), predictor, objective, 100, true);
    }

    @Test
    @Tag("slow")
    void isAsGoodAsTheBestOfAllThresholdsOnAGrid() {
        for (long seed = 1; seed <= 5; seed++) {
            ExitProfile profile = Cases.profile(300, 3, seed);
            Deployment deployment = Cases.gateway(profile, 6);
            for (double load : new double[] {0.6, 1.2, 2.0}) {
                Workload workload = Cases.workload(deployment, load / (3 * Cases.SECONDS_PER_EXIT));
                Situation situation = Situation.initial(deployment, workload);
                double found = value(deployment, workload, ceen().schedule(situation));
                double best = Double.NEGATIVE_INFINITY;
                for (int i = 0; i <= 21; i++) {
                    for (int j = 0; j <= 21; j++) {
                        Thresholds vector = Thresholds.of(i / 20f, j / 20f, 0f);
                        best = Math.max(
                                best, value(deployment, workload, EvenShares.orders(deployment, exits -> vector)));
                    }
                }
                assertThat(found).as("seed %d, load %s", seed, load).isGreaterThan(best - 0.002);
            }
        }
    }

    @Test
    void isNeverWorseThanTheOrdersInForceByItsOwnPrediction() {
        for (long seed = 1; seed <= 10; seed++) {
            ExitProfile profile = Cases.profile(200, 4, seed);
            Deployment deployment = Cases.gateway(profile, 5);
            Workload workload = Cases.workload(deployment, 30);
            float threshold = Cases.random(seed).nextFloat();
            Situation before = new Situation(
                    deployment,
                    workload,
                    EvenShares.orders(deployment, exits -> Vectors.uniform(exits, threshold)),
                    Map.of());
            assertThat(value(deployment, workload, ceen().schedule(before)))
                    .isGreaterThanOrEqualTo(value(deployment, workload, before.inForce()));
        }
    }

    @Test
    void sameQuestionSameAnswer() {
        ExitProfile profile = Cases.profile(200, 4, 7);
        Deployment deployment = Cases.gateway(profile, 5);
        Situation situation = Situation.initial(deployment, Cases.workload(deployment, 40));
        assertThat(ceen().schedule(situation)).isEqualTo(ceen().schedule(situation));
    }

    @Test
    void busyNodesAreLeftAsideWhereAnotherChainIsFree() {
        ExitProfile profile = Cases.profile(300, 4, 3);
        Deployment deployment = new Deployment(
                List.of(
                        Station.of(Cases.node(0), 8),
                        new Station(
                                Cases.node(1),
                                8,
                                Long.MAX_VALUE,
                                4,
                                dev.offramp.coordinator.simulation.Discipline.FIRST_COME)),
                List.of(),
                List.of(Cases.service(
                        0,
                        profile,
                        List.of(Cases.chain(0, "slow", 4, List.of(0)), Cases.chain(0, "fast", 4, List.of(1))))));
        Workload workload = Cases.workload(deployment, 100);
        Map<ServiceId, Orders> orders = ceen().schedule(Situation.initial(deployment, workload));
        assertThat(orders.get(Cases.service(0))
                        .chainShares()
                        .get(Cases.chain(0, "fast", 4, List.of(1)).id()))
                .isGreaterThan(0.65);
    }

    @Test
    void severalServicesShareNodes() {
        ExitProfile profile = Cases.profile(300, 8, 5);
        Deployment deployment = new Deployment(
                IntStream.range(0, 5)
                        .mapToObj(i -> Station.of(Cases.node(i), 10))
                        .toList(),
                List.of(),
                IntStream.range(0, 3)
                        .mapToObj(i -> Cases.service(
                                i,
                                profile,
                                List.of(
                                        Cases.chain(i, "a", 8, List.of(i, i + 1)),
                                        Cases.chain(i, "b", 8, List.of(i + 1, i + 2)))))
                        .toList());
        Workload workload = Cases.workload(deployment, 30);
        Situation situation = Situation.initial(deployment, workload);
        List<Double> values = new ArrayList<>();
        for (String name : Schedulers.NAMES) {
            Map<ServiceId, Orders> orders =
                    Schedulers.named(name, predictor, objective).schedule(situation);
            assertThat(orders).as(name).containsOnlyKeys(Cases.service(0), Cases.service(1), Cases.service(2));
            values.add(value(deployment, workload, orders));
        }
        assertThat(values.get(Schedulers.NAMES.indexOf("ceen")))
                .isEqualTo(
                        values.stream().mapToDouble(Double::doubleValue).max().orElseThrow());
    }

    @Test
    void aFastNodeThatManyShareIsNotOverloadedForTheSakeOfAccuracy() {
        ExitProfile profile = Cases.profile(300, 2, 3);
        int boards = 16;
        List<ChainModel> chains = new ArrayList<>();
        for (int i = 0; i < boards; i++) {
            chains.add(new ChainModel(
                    new ChainId(Cases.service(0), "chain-" + i),
                    List.of(
                            Visit.of(Cases.node(i), 0, new ServiceTime.Deterministic(0.1), List.of(1)),
                            Visit.of(Cases.node(boards), 0, new ServiceTime.Deterministic(0.01), List.of(2)))));
        }
        Deployment deployment = new Deployment(
                IntStream.rangeClosed(0, boards)
                        .mapToObj(i -> Station.of(Cases.node(i), 8))
                        .toList(),
                List.of(),
                List.of(Cases.service(0, profile, chains)));
        Workload workload = Cases.workload(deployment, 140);
        double[] loads = new double[boards + 1];
        java.util.Arrays.fill(loads, 0.9);
        CapacityPlanner planner = new CapacityPlanner(deployment, workload);

        double load = 0;
        for (Orders.Alternative one : planner.plan(loads).get(Cases.service(0))) {
            load += 140
                    * one.probability()
                    * 0.01
                    * profile.replay(one.thresholds()).share(2);
        }

        assertThat(load).isLessThan(0.9 + 1e-3);
    }
}

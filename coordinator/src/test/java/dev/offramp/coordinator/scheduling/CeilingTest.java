package dev.offramp.coordinator.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.coordinator.predict.simulated.SimulatedPredictor;
import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.RandomStreams;
import dev.offramp.coordinator.simulation.Simulation;
import dev.offramp.coordinator.simulation.Workload;
import dev.offramp.partition.policy.Thresholds;
import dev.offramp.partition.profile.ExitMix;
import dev.offramp.partition.profile.ExitProfile;
import org.junit.jupiter.api.Test;

class CeilingTest {
    private static double rate(double load, int exits) {
        return load / (exits * Cases.SECONDS_PER_EXIT);
    }

    @Test
    void withoutLoadItIsTheAccuracyOfTheBestThresholds() {
        ExitProfile profile = Cases.profile(200, 3, 1);
        Deployment deployment = Cases.gateway(profile, 8);
        double best = 0;
        for (int i = 0; i <= 100; i++) {
            for (int j = 0; j <= 100; j++) {
                ExitMix mix = profile.replay(Thresholds.of(i / 99f, j / 99f, 0f));
                best = Math.max(best, mix.accuracy().orElseThrow());
            }
        }

        Ceiling ceiling = Ceiling.of(deployment, Cases.workload(deployment, rate(0.01, 3)));

        assertThat(ceiling.correctGoodput()).isBetween(best, best + 0.02);
        assertThat(ceiling.lossRatio()).isZero();
    }

    @Test
    void noPairOfThresholdsThatKeepsTheNodeBelowItsCapacityIsBetter() {
        ExitProfile profile = Cases.profile(200, 3, 2);
        Deployment deployment = Cases.gateway(profile, 8);
        double load = 1.6;

        Ceiling ceiling = Ceiling.of(deployment, Cases.workload(deployment, rate(load, 3)));

        double best = 0;
        for (int i = 0; i <= 50; i++) {
            for (int j = 0; j <= 50; j++) {
                ExitMix mix = profile.replay(Thresholds.of(i / 49f, j / 49f, 0f));
                double offered = load * (mix.share(1) + 2 * mix.share(2) + 3 * mix.share(3)) / 3;
                best = Math.max(best, mix.accuracy().orElseThrow() / Math.max(1, offered));
            }
        }
        assertThat(ceiling.correctGoodput()).isBetween(best, best + 0.05);
    }

    @Test
    void whereNotEvenTheFirstExitKeepsUpJobsAreTurnedAway() {
        ExitProfile profile = Cases.profile(200, 2, 3);
        Deployment deployment = Cases.gateway(profile, 8);

        Ceiling ceiling = Ceiling.of(deployment, Cases.workload(deployment, rate(8, 2)));

        assertThat(ceiling.lossRatio()).isCloseTo(0.75, within(1e-6));
        assertThat(ceiling.correctGoodput()).isCloseTo(profile.accuracy(1) / 4, within(1e-6));
    }

    @Test
    void noSchedulerIsAboveIt() {
        ExitProfile profile = Cases.profile(500, 4, 4);
        Deployment deployment = Cases.gateway(profile, 8);
        for (double load : new double[] {0.8, 1.5, 2.5}) {
            Workload workload = Cases.workload(deployment, rate(load, 4));
            double ceiling = Ceiling.of(deployment, workload).correctGoodput();
            for (String name : Schedulers.NAMES) {
                Situation situation = Situation.initial(deployment, workload);
                var predictor = new SimulatedPredictor(5_000, 1);
                Scheduler scheduler = Schedulers.named(name, predictor, Objective.standard());
                RandomStreams streams = new RandomStreams(1);
                Simulation simulation = Simulation.start(
                        deployment,
                        workload,
                        scheduler.schedule(situation),
                        Schedulers.named(name, predictor, Objective.standard())
                                .steering(situation, streams)
                                .orElse(null),
                        streams);
                simulation.runArrivals(20_000);

                assertThat(simulation.result().correctGoodput())
                        .as("%s at load %s", name, load)
                        .isLessThan(ceiling + 0.008);
            }
        }
    }

    @Test
    void moreStartsFindLittleMoreThanOne() {
        for (long seed = 1; seed <= 20; seed++) {
            ExitProfile profile = Cases.profile(400, 4, seed);
            Deployment deployment = Cases.gateway(profile, 8);
            Workload workload = Cases.workload(deployment, rate(1.5, 4));
            CapacityPlanner one = new CapacityPlanner(deployment, workload);
            one.turnAway();

            double many = Ceiling.of(deployment, workload).correctGoodput();

            assertThat(many - one.yieldOf(new double[] {1}).right())
                    .as("seed %d", seed)
                    .isBetween(-1e-9, 0.004);
        }
    }
}

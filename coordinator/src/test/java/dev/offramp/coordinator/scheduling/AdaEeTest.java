package dev.offramp.coordinator.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.coordinator.simulation.Steering;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Thresholds;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class AdaEeTest {
    private static final float EARLY = 0.6f;
    private static final int JOBS_A_WINDOW = 20;
    private static final int WINDOWS = 600;

    private final Deployment deployment = Cases.gateway(Cases.profile(100, 4, 1), 8);
    private final Situation situation = Situation.initial(deployment, Cases.workload(deployment, 20));
    private final ServiceModel service = deployment.services().getFirst();

    private List<Orders.Alternative> next(AdaEe scheduler) {
        return Objects.requireNonNull(scheduler.schedule(situation).get(service.id()))
                .alternatives();
    }

    /** Jobs whose early exits are sure by {@link #EARLY}, and the final one by {@code last}. */
    private List<Steering.Fate> fates(List<Orders.Alternative> told, float last) {
        List<Steering.Fate> fates = new ArrayList<>();
        for (int i = 0; i < JOBS_A_WINDOW; i++) {
            Orders.Alternative one = told.get(i % told.size());
            List<Float> confidences = new ArrayList<>();
            int exit = 1;
            while (exit < service.exits().exits() && EARLY < one.thresholds().at(exit)) {
                confidences.add(EARLY);
                exit++;
            }
            confidences.add(exit == service.exits().exits() ? last : EARLY);
            fates.add(new Steering.Fate(service.id(), one.chain(), one.thresholds(), exit, confidences, 0.1));
        }
        return fates;
    }

    /** In the second half of the windows. */
    private double shareThatGoesOn(float last) {
        AdaEe scheduler = new AdaEe(0.1, false);
        double share = 0;
        for (int window = 0; window < WINDOWS; window++) {
            List<Orders.Alternative> told = next(scheduler);
            share += window < WINDOWS / 2
                    ? 0
                    : told.stream()
                            .filter(one -> goesOn(one.thresholds()))
                            .mapToDouble(Orders.Alternative::probability)
                            .sum();
            scheduler.learn(situation, fates(told, last));
        }
        return share / (WINDOWS - WINDOWS / 2);
    }

    private static boolean goesOn(Thresholds thresholds) {
        for (int exit = 1; exit < thresholds.exits(); exit++) {
            if (thresholds.at(exit) <= EARLY) {
                return false;
            }
        }
        return true;
    }

    @Test
    void whatTheAgentsTellOfDecidesWhichArmsArePlayed() {
        double whereTheFinalExitAddsMuch = shareThatGoesOn(1f);
        double whereItAddsNothing = shareThatGoesOn(EARLY);

        assertThat(whereTheFinalExitAddsMuch).isGreaterThan(0.85);
        assertThat(whereItAddsNothing).isLessThan(0.75);
    }

    @Test
    void everyArmIsPlayedOnceBeforeAnyIsPlayedAgain() {
        AdaEe scheduler = new AdaEe(0.1, false);
        List<Thresholds> played = new ArrayList<>();
        for (int window = 0; window < 3; window++) {
            List<Orders.Alternative> told = next(scheduler);
            told.forEach(one -> played.add(one.thresholds()));
            scheduler.learn(situation, fates(told, 1f));
        }

        assertThat(played).hasSize(48).doesNotHaveDuplicates();
    }

    @Test
    void withoutNewsTheOrdersStayAsTheyAre() {
        AdaEe scheduler = new AdaEe(0.1, false);

        assertThat(next(scheduler)).isEqualTo(next(scheduler));
    }

    @Test
    void jobsThatAnotherSchedulerDecidedAboutTeachNothing() {
        AdaEe scheduler = new AdaEe(0.1, false);
        List<Orders.Alternative> before = next(scheduler);
        Thresholds foreign = Vectors.uniform(service.exits().exits(), 0.77f);

        scheduler.learn(
                situation,
                List.of(new Steering.Fate(service.id(), before.getFirst().chain(), foreign, 1, List.of(0.9f), 0.1)));

        assertThat(next(scheduler)).isEqualTo(before);
    }
}

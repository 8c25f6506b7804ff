package dev.offramp.coordinator.predict.analytic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.coordinator.predict.Prediction;
import dev.offramp.coordinator.predict.simulated.SimulatedPredictor;
import dev.offramp.coordinator.simulation.ArrivalProcess;
import dev.offramp.coordinator.simulation.ChainModel;
import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.Discipline;
import dev.offramp.coordinator.simulation.ExitBehaviour;
import dev.offramp.coordinator.simulation.Link;
import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.coordinator.simulation.ServiceTime;
import dev.offramp.coordinator.simulation.Station;
import dev.offramp.coordinator.simulation.Visit;
import dev.offramp.coordinator.simulation.Workload;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Thresholds;
import dev.offramp.partition.profile.ExitProfile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Formulas against the simulator on deployments with early exits. */
class AnalyticPredictorTest {
    private static final ServiceId CAMERA = new ServiceId("camera");
    private static final NodeId NEAR = new NodeId("near");
    private static final NodeId FAR = new NodeId("far");
    private static final ChainId LONG = new ChainId(CAMERA, "long");
    private static final ChainId SHORT = new ChainId(CAMERA, "short");
    private static final Thresholds THRESHOLDS = Thresholds.of(0.8f, 0.6f, 0.7f, 0f);

    private static ExitProfile profile() {
        int samples = 1000;
        Random random = new Random(3);
        short[][] label = new short[4][samples];
        float[][] confidence = new float[4][samples];
        for (int exit = 0; exit < 4; exit++) {
            for (int sample = 0; sample < samples; sample++) {
                label[exit][sample] = (short) (random.nextDouble() < 0.6 + 0.1 * exit ? 0 : 1);
                confidence[exit][sample] = random.nextFloat();
            }
        }
        return ExitProfile.of(new int[samples], label, confidence);
    }

    private static Visit.Segment segment(double seconds, int exit) {
        return new Visit.Segment(new ServiceTime.Deterministic(seconds), List.of(exit));
    }

    private static Deployment deployment() {
        Visit front = new Visit(NEAR, 0, List.of(segment(0.01, 1), segment(0.01, 2)));
        Visit back = new Visit(FAR, 1_000, List.of(segment(0.03, 3), segment(0.02, 4)));
        Visit all = new Visit(FAR, 0, List.of(segment(0.01, 1), segment(0.01, 2), segment(0.03, 3), segment(0.02, 4)));
        return new Deployment(
                List.of(Station.of(NEAR, 8), new Station(FAR, 8, Long.MAX_VALUE, 2, Discipline.FIRST_COME)),
                List.of(new Link(NEAR, FAR, 1_000_000, 0.002)),
                List.of(new ServiceModel(
                        CAMERA,
                        Optional.empty(),
                        new ExitBehaviour.Measured(profile()),
                        Overflow.DROP_NEW,
                        0,
                        Double.POSITIVE_INFINITY,
                        List.of(new ChainModel(LONG, List.of(front, back)), new ChainModel(SHORT, List.of(all))))));
    }

    private static Prediction analytic(double rate, Orders orders) {
        return new AnalyticPredictor().predict(deployment(), workload(rate), Map.of(CAMERA, orders));
    }

    private static Workload workload(double rate) {
        return new Workload(new TreeMap<>(Map.of(CAMERA, new ArrivalProcess.Poisson(rate))));
    }

    private static void agrees(double rate, Orders orders) {
        Prediction.OfService formula = analytic(rate, orders).service(CAMERA);
        Prediction.OfService simulated = new SimulatedPredictor(300_000, 1)
                .predict(deployment(), workload(rate), Map.of(CAMERA, orders))
                .service(CAMERA);
        String at = "rate %s".formatted(rate);
        assertThat(formula.lossRatio()).as(at).isCloseTo(simulated.lossRatio(), within(0.02));
        assertThat(formula.accuracy()).as(at).isCloseTo(simulated.accuracy(), within(0.01));
        assertThat(formula.correctGoodput()).as(at).isCloseTo(simulated.correctGoodput(), within(0.02));
        assertThat(formula.meanLatency())
                .as(at)
                .isCloseTo(simulated.meanLatency(), within(0.12 * simulated.meanLatency()));
        for (int exit = 0; exit < 4; exit++) {
            assertThat(formula.exitShares().get(exit))
                    .as(at)
                    .isCloseTo(simulated.exitShares().get(exit), within(0.02));
        }
    }

    @Test
    void agreesWithTheSimulatorOnAChainWithExits() {
        for (double rate : new double[] {20, 60, 90}) {
            agrees(rate, Orders.always(LONG, THRESHOLDS));
        }
    }

    @Test
    void agreesWithTheSimulatorOnTwoChainsWithSeveralVectors() {
        Orders orders = Orders.mix(List.of(
                new Orders.Alternative(LONG, THRESHOLDS, 0.4),
                new Orders.Alternative(LONG, Thresholds.of(2f, 2f, 2f, 0f), 0.2),
                new Orders.Alternative(SHORT, THRESHOLDS, 0.4)));
        for (double rate : new double[] {20, 60, 120}) {
            agrees(rate, orders);
        }
    }

    @Test
    void whereNoJobGoesNothingIsPredicted() {
        Prediction prediction = analytic(20, Orders.always(LONG, Thresholds.of(0f, 2f, 2f, 0f)));
        assertThat(prediction.chains()).hasSize(1);
        assertThat(prediction.service(CAMERA).exitShares()).containsExactly(1.0, 0.0, 0.0, 0.0);
        assertThat(prediction.nodes().get(1).utilisation()).isZero();
        assertThat(prediction.bottleneck().id()).isEqualTo(NEAR);
    }
}

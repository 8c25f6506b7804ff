package dev.offramp.coordinator.scheduling;

import dev.offramp.coordinator.predict.simulated.SimulatedPredictor;
import dev.offramp.coordinator.simulation.ArrivalProcess;
import dev.offramp.coordinator.simulation.ChainModel;
import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.ExitBehaviour;
import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.coordinator.simulation.ServiceTime;
import dev.offramp.coordinator.simulation.Station;
import dev.offramp.coordinator.simulation.Visit;
import dev.offramp.coordinator.simulation.Workload;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.profile.ExitProfile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/**
 * Decisions about a made-up deployment, until what a scheduler is made of is loaded and compiled: a process decides three
 * times as slowly the first time. Stateless.
 */
public final class Rehearsal {
    private static final int ROUNDS = 2;
    private static final int EXITS = 6;
    private static final int SAMPLES = 1_000;
    private static final long ARRIVALS = 4_000;
    private static final ServiceId SERVICE = new ServiceId("rehearsal");

    private Rehearsal() {}

    /** @param goesOn asked before every decision */
    public static void run(BooleanSupplier goesOn) {
        Situation situation = situation();
        for (int round = 0; round < ROUNDS && goesOn.getAsBoolean(); round++) {
            Schedulers.named("ceen", new SimulatedPredictor(ARRIVALS, 1), Objective.standard())
                    .schedule(situation);
        }
    }

    private static Situation situation() {
        List<NodeId> nodes =
                IntStream.range(0, 4).mapToObj(i -> new NodeId("node-" + i)).toList();
        List<ChainModel> chains = IntStream.range(0, 2)
                .mapToObj(i -> new ChainModel(
                        new ChainId(SERVICE, "chain-" + i),
                        List.of(visit(nodes.get(i), 1), visit(nodes.get(2 + i), EXITS / 2 + 1))))
                .toList();
        ServiceModel service = new ServiceModel(
                SERVICE,
                Optional.empty(),
                new ExitBehaviour.Measured(profile()),
                Overflow.DROP_NEW,
                0,
                Double.POSITIVE_INFINITY,
                chains);
        Deployment deployment =
                new Deployment(nodes.stream().map(node -> Station.of(node, 8)).toList(), List.of(), List.of(service));
        return Situation.initial(
                deployment, new Workload(new TreeMap<>(Map.of(SERVICE, new ArrivalProcess.Poisson(100)))));
    }

    private static Visit visit(NodeId node, int firstExit) {
        return new Visit(
                node,
                0,
                IntStream.range(firstExit, firstExit + EXITS / 2)
                        .mapToObj(exit -> new Visit.Segment(new ServiceTime.Deterministic(0.01), List.of(exit)))
                        .toList());
    }

    private static ExitProfile profile() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
        int[] truth = new int[SAMPLES];
        short[][] label = new short[EXITS][SAMPLES];
        float[][] confidence = new float[EXITS][SAMPLES];
        for (int sample = 0; sample < SAMPLES; sample++) {
            double hard = random.nextDouble();
            for (int exit = 0; exit < EXITS; exit++) {
                confidence[exit][sample] = (float) (1 - hard * (0.8 - 0.1 * exit));
                label[exit][sample] = (short) (random.nextDouble() < confidence[exit][sample] ? 0 : 1);
            }
        }
        return ExitProfile.of(truth, label, confidence);
    }
}

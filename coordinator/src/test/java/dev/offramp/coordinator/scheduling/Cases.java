package dev.offramp.coordinator.scheduling;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Small deployments for tests. */
final class Cases {
    static final double SECONDS_PER_EXIT = 0.01;

    private Cases() {}

    static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    /** Deeper exits are right more often and surer; a sample that is hard stays hard. */
    static ExitProfile profile(int samples, int exits, long seed) {
        RandomGenerator random = random(seed);
        int[] truth = new int[samples];
        short[][] label = new short[exits][samples];
        float[][] confidence = new float[exits][samples];
        for (int sample = 0; sample < samples; sample++) {
            double hard = random.nextDouble();
            for (int exit = 0; exit < exits; exit++) {
                double right = 1 - hard * (0.9 - 0.7 * exit / Math.max(1, exits - 1));
                label[exit][sample] = (short) (random.nextDouble() < right ? 0 : 1);
                confidence[exit][sample] = (float) Math.min(1, Math.max(0.1, right + 0.1 * random.nextGaussian()));
            }
        }
        return ExitProfile.of(truth, label, confidence);
    }

    static ServiceId service(int number) {
        return new ServiceId("service-" + number);
    }

    static NodeId node(int number) {
        return new NodeId("node-" + number);
    }

    /** One node, one segment an exit. */
    static Deployment gateway(ExitProfile profile, int capacity) {
        return new Deployment(
                List.of(Station.of(node(0), capacity)),
                List.of(),
                List.of(service(0, profile, List.of(chain(0, "only", profile.exits(), List.of(0))))));
    }

    static ServiceModel service(int number, ExitProfile profile, List<ChainModel> chains) {
        return new ServiceModel(
                service(number),
                Optional.empty(),
                new ExitBehaviour.Measured(profile),
                Overflow.DROP_NEW,
                0,
                Double.POSITIVE_INFINITY,
                chains);
    }

    /** Exits dealt out evenly over {@code nodes}. */
    static ChainModel chain(int service, String name, int exits, List<Integer> nodes) {
        List<Visit> visits = new ArrayList<>();
        int next = 1;
        for (int i = 0; i < nodes.size(); i++) {
            int last = exits * (i + 1) / nodes.size();
            List<Visit.Segment> segments = new ArrayList<>();
            for (; next <= last; next++) {
                segments.add(new Visit.Segment(new ServiceTime.Deterministic(SECONDS_PER_EXIT), List.of(next)));
            }
            visits.add(new Visit(node(nodes.get(i)), 0, segments));
        }
        return new ChainModel(new ChainId(service(service), name), visits);
    }

    /** Poisson arrivals, the same rate for every service. */
    static Workload workload(Deployment deployment, double rate) {
        SortedMap<ServiceId, ArrivalProcess> arrivals = new TreeMap<>();
        deployment.services().forEach(service -> arrivals.put(service.id(), new ArrivalProcess.Poisson(rate)));
        return new Workload(arrivals);
    }
}

package dev.offramp.coordinator.scheduling;

import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.ExitBehaviour;
import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.coordinator.simulation.Station;
import dev.offramp.partition.NodeId;
import java.util.Arrays;

/**
 * The first chain of a service as schedulers of a single server see it: the node that works longest on a job, and how long by exit. Immutable.
 *
 * @param seconds by exit, from exit 1, never falling; work of the other nodes is left out
 */
record Bottleneck(NodeId node, int capacity, double[] seconds) {
    static Bottleneck of(Deployment deployment, ServiceModel service) {
        double[][] all =
                new Resources(deployment).seconds(service, service.chains().getFirst());
        double[] last = all[all.length - 1];
        int slowest = 0;
        for (int i = 1; i < deployment.stations().size(); i++) {
            slowest = last[i] > last[slowest] ? i : slowest;
        }
        int chosen = slowest;
        Station station = deployment.stations().get(chosen);
        return new Bottleneck(
                station.node(),
                station.capacity(),
                Arrays.stream(all).mapToDouble(seconds -> seconds[chosen]).toArray());
    }

    /** Accuracy of each exit if every job left there, from exit 1. */
    static double[] accuracies(ServiceModel service) {
        double[] accuracies = new double[service.exits().exits()];
        for (int exit = 1; exit <= accuracies.length; exit++) {
            accuracies[exit - 1] = switch (service.exits()) {
                case ExitBehaviour.Measured measured -> measured.profile().accuracy(exit);
                case ExitBehaviour.Given given -> given.accuracy(exit);
            };
        }
        return accuracies;
    }
}

package dev.offramp.coordinator.cli.experiment;

import dev.offramp.coordinator.predict.Predictor;
import dev.offramp.coordinator.scheduling.Objective;
import dev.offramp.coordinator.scheduling.Scheduler;
import dev.offramp.coordinator.scheduling.Schedulers;
import dev.offramp.coordinator.scheduling.Situation;
import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.RandomStreams;
import dev.offramp.coordinator.simulation.Simulation;
import dev.offramp.coordinator.simulation.SimulationResult;
import dev.offramp.coordinator.simulation.Steering;
import dev.offramp.coordinator.simulation.Workload;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One scheduler on one deployment, replicated with the random numbers that the others get too. */
final class Contest {
    private static final double WARM_UP = 0.1;

    private final Predictor predictor;
    private final long arrivals;
    private final int replications;
    private final RandomStreams streams;

    Contest(Predictor predictor, long arrivals, int replications, long seed) {
        this.predictor = predictor;
        this.arrivals = arrivals;
        this.replications = replications;
        this.streams = new RandomStreams(seed);
    }

    /** The result of every replication, in order. */
    List<SimulationResult> run(String scheduler, Deployment deployment, Workload workload) {
        Situation situation = Situation.initial(deployment, workload);
        List<SimulationResult> results = new ArrayList<>();
        Map<ServiceId, Orders> orders =
                Schedulers.named(scheduler, predictor, Objective.standard()).schedule(situation);
        for (int i = 0; i < replications; i++) {
            RandomStreams own = streams.replication(i);
            Scheduler fresh = Schedulers.named(scheduler, predictor, Objective.standard());
            Steering steering = fresh.steering(situation, own).orElse(null);
            Simulation simulation = Simulation.start(deployment, workload, orders, steering, own);
            long first = (long) (arrivals * WARM_UP);
            simulation.runArrivals(first);
            simulation.forget();
            simulation.runArrivals(arrivals - first);
            results.add(simulation.result());
        }
        return results;
    }
}

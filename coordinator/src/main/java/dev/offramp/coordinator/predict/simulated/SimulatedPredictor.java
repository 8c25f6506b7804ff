package dev.offramp.coordinator.predict.simulated;

import dev.offramp.coordinator.predict.Prediction;
import dev.offramp.coordinator.predict.Predictor;
import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.RandomStreams;
import dev.offramp.coordinator.simulation.Simulation;
import dev.offramp.coordinator.simulation.SimulationResult;
import dev.offramp.coordinator.simulation.Workload;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Simulates as many arrivals as its budget allows, always with the same random numbers, so that the difference between
 * two orders is far less noisy than either prediction. A budget of time is kept at the price that the same question may get
 * another answer. Rates are ratios to the known arrival rates. Immutable.
 */
public final class SimulatedPredictor implements Predictor {
    private static final double WARM_UP = 0.05;

    /** Between two looks at the clock. */
    private static final long PIECE = 500;

    private final Budget budget;
    private final RandomStreams streams;

    private sealed interface Budget {
        /** @param count over all services */
        record Arrivals(long count) implements Budget {}

        record Time(long nanos, LongSupplier clock) implements Budget {}
    }

    /** @param arrivals a prediction, over all services */
    public SimulatedPredictor(long arrivals, long seed) {
        this(new Budget.Arrivals(arrivals), seed);
        if (arrivals < 1) {
            throw new IllegalArgumentException("budget (%d arrivals) must be at least 1".formatted(arrivals));
        }
    }

    private SimulatedPredictor(Budget budget, long seed) {
        this.budget = budget;
        this.streams = new RandomStreams(seed);
    }

    /**
     * With a budget of time.
     *
     * @param clock nanoseconds, from any origin
     */
    public static SimulatedPredictor within(Duration budget, LongSupplier clock, long seed) {
        if (!budget.isPositive()) {
            throw new IllegalArgumentException("budget (%s) must be positive".formatted(budget));
        }
        return new SimulatedPredictor(new Budget.Time(budget.toNanos(), clock), seed);
    }

    @Override
    public boolean followsPace() {
        return true;
    }

    @Override
    public Prediction predict(Deployment deployment, Workload workload, Map<ServiceId, Orders> orders) {
        return switch (budget) {
            case Budget.Arrivals arrivals ->
                prediction(Simulation.run(deployment, workload, orders, arrivals.count(), WARM_UP, streams), workload);
            case Budget.Time time -> {
                long begin = time.clock().getAsLong();
                Simulation simulation = Simulation.start(deployment, workload, orders, null, streams);
                runUntil(begin + (long) (WARM_UP * time.nanos()), time.clock(), simulation);
                simulation.forget();
                runUntil(begin + time.nanos(), time.clock(), simulation);
                yield prediction(simulation.result(), workload);
            }
        };
    }

    /** One piece at least. */
    private static void runUntil(long end, LongSupplier clock, Simulation simulation) {
        do {
            simulation.runArrivals(PIECE);
        } while (clock.getAsLong() - end < 0);
    }

    private static Prediction prediction(SimulationResult result, Workload workload) {
        List<Prediction.OfService> services = new ArrayList<>();
        for (SimulationResult.ServiceResult service : result.services()) {
            long ended = Math.max(1, service.completed().completed() + service.queueFull() + service.expired());
            services.add(new Prediction.OfService(
                    service.id(),
                    workload.of(service.id()).arrivalRate(),
                    service.toldByStep().stream()
                            .map(told -> told / (double) Math.max(1, service.accepted()))
                            .toList(),
                    (double) (service.queueFull() + service.expired()) / ended,
                    IntStream.rangeClosed(1, service.completed().exits())
                            .mapToObj(exit -> service.completed().share(exit))
                            .toList(),
                    service.accuracy(),
                    service.correctInTime() / ended,
                    service.latency().mean()));
        }
        List<Prediction.OfChain> chains = new ArrayList<>();
        for (SimulationResult.ChainResult chain : result.chains()) {
            ServiceId service = chain.id().service();
            double share = (double) chain.accepted()
                    / Math.max(1, result.service(service).accepted());
            double rate = workload.of(service).arrivalRate() * share;
            chains.add(new Prediction.OfChain(
                    chain.id(), rate, rate * chain.completed() / chain.ended(), chain.meanLatency()));
        }
        List<Prediction.OfNode> nodes = result.stations().stream()
                .map(station -> new Prediction.OfNode(station.node(), station.utilisation(), station.lossRatio()))
                .toList();
        return new Prediction(services, chains, nodes);
    }
}

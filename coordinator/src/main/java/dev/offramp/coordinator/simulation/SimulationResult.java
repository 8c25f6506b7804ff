package dev.offramp.coordinator.simulation;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.profile.ExitMix;
import java.util.List;

/**
 * What was counted after the warm-up. Immutable.
 *
 * @param seconds virtual time it was counted for
 * @param events arrivals, completions of service and deliveries, those of the warm-up included
 */
public record SimulationResult(
        double seconds,
        long events,
        List<ServiceResult> services,
        List<ChainResult> chains,
        List<StationResult> stations) {
    public SimulationResult {
        services = List.copyOf(services);
        chains = List.copyOf(chains);
        stations = List.copyOf(stations);
    }

    /**
     * @param accepted jobs that arrived
     * @param toldByStep of them, by the step of the orders that held when they came
     * @param completed where jobs left, and how many of them were right
     * @param queueFull jobs lost for want of room, at any hop
     * @param expired jobs lost because their deadline had passed
     * @param inFlightChange jobs under way at the end less those under way at the end of the warm-up
     * @param correctInTime right answers within the deadline
     * @param latency of completed jobs
     */
    public record ServiceResult(
            ServiceId id,
            long accepted,
            List<Long> toldByStep,
            ExitMix completed,
            long queueFull,
            long expired,
            long inFlightChange,
            double correctInTime,
            Latency latency) {
        /** Lost over accepted jobs. */
        public double lossRatio() {
            return accepted == 0 ? 0 : (double) (queueFull + expired) / accepted;
        }

        /** Right answers in time over accepted jobs. */
        public double correctGoodput() {
            return accepted == 0 ? 0 : correctInTime / accepted;
        }

        /** Share of right answers among the completed jobs; 0 where there is none. */
        public double accuracy() {
            return completed.accuracy().orElse(0);
        }
    }

    /** Seconds; 0 where no job completed. */
    public record Latency(double mean, double p50, double p95, double p99) {}

    /**
     * @param lostAtHop jobs lost when they were to enter a hop, or waited there
     * @param meanLatency of completed jobs, seconds; 0 where there is none
     */
    public record ChainResult(ChainId id, long accepted, long completed, List<Long> lostAtHop, double meanLatency) {
        public ChainResult {
            lostAtHop = List.copyOf(lostAtHop);
        }

        /** Jobs whose fate is known, lost ones included; at least 1. */
        public long ended() {
            return Math.max(
                    1, completed + lostAtHop.stream().mapToLong(Long::longValue).sum());
        }
    }

    /**
     * @param utilisation share of time the server works
     * @param meanJobs mean number of jobs, the one in service included
     * @param offered jobs that came
     * @param lost jobs that found no room, or were dropped here for others
     */
    public record StationResult(NodeId node, double utilisation, double meanJobs, long offered, long lost) {
        public double lossRatio() {
            return offered == 0 ? 0 : (double) lost / offered;
        }
    }

    public ServiceResult service(ServiceId id) {
        return services.stream()
                .filter(service -> service.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    public StationResult station(NodeId node) {
        return stations.stream()
                .filter(station -> station.node().equals(node))
                .findFirst()
                .orElseThrow();
    }

    /** Jobs accepted over all services. */
    public long accepted() {
        return services.stream().mapToLong(ServiceResult::accepted).sum();
    }

    /** Lost over accepted jobs, over all services. */
    public double lossRatio() {
        long accepted = accepted();
        long lost = services.stream()
                .mapToLong(service -> service.queueFull() + service.expired())
                .sum();
        return accepted == 0 ? 0 : (double) lost / accepted;
    }

    /** Right answers in time over accepted jobs, over all services. */
    public double correctGoodput() {
        long accepted = accepted();
        return accepted == 0
                ? 0
                : services.stream().mapToDouble(ServiceResult::correctInTime).sum() / accepted;
    }

    /** Right answers over completed jobs, over all services; 0 where there is none. */
    public double accuracy() {
        long completed = services.stream()
                .mapToLong(service -> service.completed().completed())
                .sum();
        long correct = services.stream()
                .mapToLong(service -> service.completed().correct())
                .sum();
        return completed == 0 ? 0 : (double) correct / completed;
    }
}

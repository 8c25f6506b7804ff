package dev.offramp.coordinator.cluster;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.ServiceId;
import java.util.List;

/**
 * What an agent reports once a heartbeat. Counters are totals since the start of its process. Immutable.
 *
 * @param uptimeNanos of its process
 * @param jobs in its queue, the one in service included
 */
public record NodeReport(long uptimeNanos, int jobs, List<HopReport> hops, List<IngressReport> ingress) {
    /**
     * @param hop from 0
     * @param completedHere served jobs that left at one of the hop's exits
     * @param serviceNanosSum over the served jobs
     * @param serviceNanosSquareSum over the served jobs
     */
    public record HopReport(
            ChainId chain,
            int hop,
            long served,
            long completedHere,
            double serviceNanosSum,
            double serviceNanosSquareSum) {}

    /**
     * @param toldByStep accepted jobs by the step of the policy that held when they came
     * @param completed jobs by exit, from exit 1
     * @param withTruth of them, those whose frame came with its true label
     * @param correct of these, those with the right answer
     */
    public record IngressReport(
            ServiceId service,
            long accepted,
            List<Long> toldByStep,
            long lost,
            List<Long> completed,
            long withTruth,
            long correct) {
        public IngressReport {
            toldByStep = List.copyOf(toldByStep);
            completed = List.copyOf(completed);
        }
    }

    public NodeReport {
        hops = List.copyOf(hops);
        ingress = List.copyOf(ingress);
    }

    /** Alive, and nothing to tell. */
    public static NodeReport empty() {
        return new NodeReport(0, 0, List.of(), List.of());
    }
}

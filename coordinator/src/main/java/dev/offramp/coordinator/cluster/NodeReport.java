package dev.offramp.coordinator.cluster;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Thresholds;
import java.util.List;

/**
 * What an agent reports once a heartbeat. Counters are totals since the start of its process. Immutable.
 *
 * @param uptimeNanos of its process
 * @param jobs in its queue, the one in service included
 * @param links from it, those that it has measured
 * @param ended some of the jobs that completed since the report before, shadow jobs left out
 */
public record NodeReport(
        long uptimeNanos,
        int jobs,
        List<HopReport> hops,
        List<IngressReport> ingress,
        List<LinkReport> links,
        List<JobReport> ended) {
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
            double serviceNanosSquareSum) {
        public HopReport {
            if (hop < 0 || served < 0 || completedHere < 0) {
                throw new IllegalArgumentException(
                        "hop %d of %s served %d jobs, of which %d left: expected none below 0"
                                .formatted(hop, chain, served, completedHere));
            }
            if (!isFinite(serviceNanosSum) || !isFinite(serviceNanosSquareSum)) {
                throw new IllegalArgumentException(
                        "service times of hop %d of %s sum to %s, their squares to %s: expected finite sums from 0"
                                .formatted(hop, chain, serviceNanosSum, serviceNanosSquareSum));
            }
        }
    }

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
            if (accepted < 0
                    || lost < 0
                    || toldByStep.stream().anyMatch(jobs -> jobs < 0)
                    || completed.stream().anyMatch(jobs -> jobs < 0)) {
                throw new IllegalArgumentException(
                        "%s: %d jobs accepted, %s by step, %d lost, %s completed: expected none below 0"
                                .formatted(service, accepted, toldByStep, lost, completed));
            }
        }
    }

    /**
     * @param roundTripSeconds there and back, without a payload
     * @param bytesPerSecond that travel to the peer
     * @param edges whose activations have gone there
     */
    public record LinkReport(NodeId peer, double roundTripSeconds, double bytesPerSecond, List<EdgeReport> edges) {
        public LinkReport {
            edges = List.copyOf(edges);
            if (!isFinite(roundTripSeconds) || !isFinite(bytesPerSecond) || bytesPerSecond == 0) {
                throw new IllegalArgumentException(
                        "link to %s with a round trip of %s s and %s bytes/s: expected finite numbers from 0, a bandwidth above"
                                .formatted(peer, roundTripSeconds, bytesPerSecond));
            }
        }
    }

    /**
     * What has gone over an edge of a chain.
     *
     * @param hop from 0: the one that it leads to
     * @param wireBytes that travelled, which codecs make fewer than the activations have
     */
    public record EdgeReport(ChainId chain, int hop, long transfers, long wireBytes) {
        public EdgeReport {
            if (hop < 0 || transfers < 0 || wireBytes < 0) {
                throw new IllegalArgumentException("%d transfers of %d bytes to hop %d of %s: expected none below 0"
                        .formatted(transfers, wireBytes, hop, chain));
            }
        }
    }

    /**
     * A job that completed.
     *
     * @param told one per exit of the chain
     * @param confidences of the exits that it passed and the one where it left, in order
     * @param seconds from its frame to its answer
     */
    public record JobReport(ChainId chain, Thresholds told, List<Float> confidences, double seconds) {
        public JobReport {
            confidences = List.copyOf(confidences);
            if (confidences.isEmpty() || confidences.size() > told.exits()) {
                throw new IllegalArgumentException("a job of %s with %d confidences and %d thresholds: expected 1 to %d"
                        .formatted(chain, confidences.size(), told.exits(), told.exits()));
            }
            if (!isFinite(seconds) || confidences.stream().anyMatch(one -> !(one >= 0 && one <= 1))) {
                throw new IllegalArgumentException(
                        "a job of %s after %s s with the confidences %s: expected a finite time from 0, and 0 … 1"
                                .formatted(chain, seconds, confidences));
            }
        }
    }

    public NodeReport {
        hops = List.copyOf(hops);
        ingress = List.copyOf(ingress);
        links = List.copyOf(links);
        ended = List.copyOf(ended);
    }

    /** Without single jobs. */
    public NodeReport(
            long uptimeNanos, int jobs, List<HopReport> hops, List<IngressReport> ingress, List<LinkReport> links) {
        this(uptimeNanos, jobs, hops, ingress, links, List.of());
    }

    private static boolean isFinite(double number) {
        return number >= 0 && number < Double.POSITIVE_INFINITY;
    }

    /** Alive, and nothing to tell. */
    public static NodeReport empty() {
        return new NodeReport(0, 0, List.of(), List.of(), List.of());
    }
}

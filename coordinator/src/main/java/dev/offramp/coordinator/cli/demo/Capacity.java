package dev.offramp.coordinator.cli.demo;

import dev.offramp.partition.profile.ExitMix;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The arrival rate at which the busiest node is just fully loaded: λ* = 1 / max over nodes of Σ over its hops of
 * P(chain) · P(a job gets there) · E[S]. Above it, frames must be lost whatever the buffers. Stateless.
 */
final class Capacity {
    private Capacity() {}

    /**
     * One hop of a chain.
     *
     * @param exits in its partition
     */
    record Station(String node, double meanServiceSeconds, int exits) {}

    /**
     * The node that is full first, and the arrival rate of the service at which it is.
     *
     * @param loads by node: seconds of service per arriving frame
     */
    record Limit(String node, double framesPerSecond, Map<String, Double> loads) {}

    /**
     * @param chains hops in order; every chain gets the same share of the frames
     * @param mix where frames leave if none is lost
     */
    static Limit of(List<List<Station>> chains, ExitMix mix) {
        Map<String, Double> loads = new TreeMap<>();
        for (List<Station> chain : chains) {
            double there = 1.0 / chains.size();
            int exit = 1;
            for (Station station : chain) {
                loads.merge(station.node(), there * station.meanServiceSeconds(), Double::sum);
                for (int i = 0; i < station.exits(); i++) {
                    there -= mix.share(exit++) / chains.size();
                }
            }
        }
        Map.Entry<String, Double> busiest = loads.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow(() -> new IllegalArgumentException("no chains: expected at least one"));
        return new Limit(busiest.getKey(), 1 / busiest.getValue(), loads);
    }
}

package dev.offramp.coordinator.cli.demo;

import dev.offramp.coordinator.cli.process.MetricsPage;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.profile.ExitMix;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Mean service time of every hop of the demo, as its node measured it. Immutable. */
final class ServiceTimes {
    private static final double MILLIS = 1000;

    private final Map<String, List<Double>> secondsByChain;

    private ServiceTimes(Map<String, List<Double>> secondsByChain) {
        this.secondsByChain = secondsByChain;
    }

    /**
     * Takes them from the agents' pages. A hop that has served nothing, as when its chain was out of use, is taken to be
     * like the same hop of another chain.
     *
     * @param pages by node
     */
    static ServiceTimes of(Map<String, MetricsPage> pages) {
        Map<String, List<Double>> result = new TreeMap<>();
        DemoPlan.chains().forEach((name, nodes) -> {
            List<Double> hops = new ArrayList<>();
            for (int hop = 0; hop < nodes.size(); hop++) {
                MetricsPage page = pages.getOrDefault(nodes.get(hop).value(), MetricsPage.parse(""));
                hops.add(mean(page, DemoPlan.SERVICE.value() + "/" + name + "|" + hop));
            }
            result.put(name, List.copyOf(hops));
        });
        Map<String, List<Double>> filled = new TreeMap<>();
        result.forEach((name, hops) -> filled.put(name, filled(hops, result.values())));
        return new ServiceTimes(filled);
    }

    private static List<Double> filled(List<Double> hops, Collection<List<Double>> all) {
        List<Double> filled = new ArrayList<>();
        for (int hop = 0; hop < hops.size(); hop++) {
            int number = hop;
            double longest =
                    all.stream().mapToDouble(chain -> chain.get(number)).max().orElse(0);
            filled.add(hops.get(hop) > 0 ? hops.get(hop) : longest);
        }
        return List.copyOf(filled);
    }

    private static double mean(MetricsPage page, String hop) {
        double served = page.byPair("offramp_hop_served_total", "chain", "hop").getOrDefault(hop, 0.0);
        double seconds =
                page.byPair("offramp_hop_service_seconds_total", "chain", "hop").getOrDefault(hop, 0.0);
        return served > 0 ? seconds / served : 0;
    }

    /** What the boards can serve if frames leave as {@code mix} says. */
    Capacity.Limit capacity(List<Integer> exitsByPartition, ExitMix mix) {
        List<List<Capacity.Station>> chains = new ArrayList<>();
        DemoPlan.chains().forEach((name, nodes) -> {
            List<Capacity.Station> stations = new ArrayList<>();
            for (int hop = 0; hop < nodes.size(); hop++) {
                stations.add(
                        new Capacity.Station(nodes.get(hop).value(), seconds(name, hop), exitsByPartition.get(hop)));
            }
            chains.add(stations);
        });
        return Capacity.of(chains, mix);
    }

    private double seconds(String chain, int hop) {
        return secondsByChain.getOrDefault(chain, List.of()).get(hop);
    }

    /** Milliseconds by node, averaged over its hops. */
    SortedMap<String, Double> millisByNode() {
        SortedMap<String, Double> sums = new TreeMap<>();
        SortedMap<String, Integer> hops = new TreeMap<>();
        DemoPlan.chains().forEach((name, nodes) -> {
            for (int hop = 0; hop < nodes.size(); hop++) {
                NodeId node = nodes.get(hop);
                sums.merge(node.value(), seconds(name, hop) * MILLIS, Double::sum);
                hops.merge(node.value(), 1, Integer::sum);
            }
        });
        sums.replaceAll((node, sum) -> sum / hops.getOrDefault(node, 1));
        return sums;
    }
}

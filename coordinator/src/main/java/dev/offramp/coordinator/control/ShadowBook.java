package dev.offramp.coordinator.control;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.job.Verdict;
import dev.offramp.partition.profile.ExitProfile;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What every exit said of the latest shadow jobs, as their ingresses tell it. Kept in memory only: an agent that attaches
 * tells what it has again. Thread-safe.
 */
public final class ShadowBook {
    /** Rows kept of a service and ingress. */
    public static final int ROWS = 512;

    private static final int SERVICES_PER_NODE = 64;

    /** What every exit of the chain said of one job. */
    public record Row(ChainId chain, List<Verdict> exits) {
        public Row {
            exits = List.copyOf(exits);
        }
    }

    private final Map<NodeId, Map<ServiceId, Deque<Row>>> rows = new TreeMap<>();

    /** The node begins anew. */
    public synchronized void attached(NodeId ingress) {
        rows.remove(ingress);
    }

    /** The node's newest row. */
    public synchronized void heard(NodeId ingress, Row row) {
        Map<ServiceId, Deque<Row>> ofNode = rows.computeIfAbsent(ingress, node -> new TreeMap<>());
        ServiceId service = row.chain().service();
        if (!ofNode.containsKey(service) && ofNode.size() >= SERVICES_PER_NODE) {
            return;
        }
        Deque<Row> latest = ofNode.computeIfAbsent(service, one -> new ArrayDeque<>());
        latest.add(row);
        if (latest.size() > ROWS) {
            latest.remove();
        }
    }

    /** The rows of every service, those of each ingress from the oldest on. */
    public synchronized SortedMap<ServiceId, List<Row>> snapshot() {
        SortedMap<ServiceId, List<Row>> all = new TreeMap<>();
        rows.values()
                .forEach(ofNode -> ofNode.forEach((service, latest) ->
                        all.computeIfAbsent(service, one -> new ArrayList<>()).addAll(latest)));
        return all;
    }

    /**
     * The chain's exits as shadow jobs show them. The true class of a frame is not known: the final exit's is taken for
     * it, so what is called correct is agreement with the final exit. Empty without rows.
     */
    public Optional<ExitProfile> profile(ChainId chain) {
        Map<Integer, List<Row>> byExits = new HashMap<>();
        for (Row row : snapshot().getOrDefault(chain.service(), List.of())) {
            if (row.chain().equals(chain)) {
                byExits.computeIfAbsent(row.exits().size(), exits -> new ArrayList<>())
                        .add(row);
            }
        }
        // A chain may have got another network lately: whichever most rows are of.
        return byExits.values().stream()
                .max(java.util.Comparator.comparingInt(List::size))
                .map(ShadowBook::profile);
    }

    private static ExitProfile profile(List<Row> rows) {
        int exits = rows.getFirst().exits().size();
        int[] truth = new int[rows.size()];
        short[][] label = new short[exits][rows.size()];
        float[][] confidence = new float[exits][rows.size()];
        for (int sample = 0; sample < truth.length; sample++) {
            List<Verdict> verdicts = rows.get(sample).exits();
            for (int exit = 0; exit < exits; exit++) {
                label[exit][sample] = (short) verdicts.get(exit).label();
                confidence[exit][sample] = verdicts.get(exit).confidence();
            }
            truth[sample] = label[exits - 1][sample];
        }
        return ExitProfile.of(truth, label, confidence);
    }
}

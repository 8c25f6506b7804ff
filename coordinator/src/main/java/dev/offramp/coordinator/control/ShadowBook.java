package dev.offramp.coordinator.control;

import dev.offramp.coordinator.control.pilot.ShadowRow;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What every exit said of the latest shadow jobs, as their ingresses tell it. Kept in memory only: an agent that attaches
 * tells what it has again. Thread-safe.
 */
public final class ShadowBook {
    /** Rows kept of a service and ingress. */
    public static final int ROWS = 512;

    private static final int SERVICES_PER_NODE = 64;

    /** @param number rises with every row that is heard, from whichever node */
    private record Heard(long number, ShadowRow row) {}

    private final Map<NodeId, Map<ServiceId, Deque<Heard>>> rows = new TreeMap<>();
    private long heard;

    /** The node begins anew. */
    public synchronized void attached(NodeId ingress) {
        rows.remove(ingress);
    }

    /**
     * The node's newest rows. Those of placements before the one that it acts on are let go: their chains may have held
     * another network.
     *
     * @param epoch active at the node
     */
    public synchronized void heard(NodeId ingress, long epoch, List<ShadowRow> latest) {
        Map<ServiceId, Deque<Heard>> ofNode = rows.computeIfAbsent(ingress, node -> new TreeMap<>());
        ofNode.values().forEach(all -> all.removeIf(one -> one.row().epoch() < epoch));
        latest.stream().filter(row -> row.epoch() >= epoch).forEach(row -> add(ofNode, row));
    }

    private void add(Map<ServiceId, Deque<Heard>> ofNode, ShadowRow row) {
        ServiceId service = row.chain().service();
        if (!ofNode.containsKey(service) && ofNode.size() >= SERVICES_PER_NODE) {
            return;
        }
        Deque<Heard> latest = ofNode.computeIfAbsent(service, one -> new ArrayDeque<>());
        latest.add(new Heard(heard++, row));
        if (latest.size() > ROWS) {
            latest.remove();
        }
    }

    /** The rows of a service, from the oldest on. */
    public synchronized List<ShadowRow> rows(ServiceId service) {
        List<Heard> all = new ArrayList<>();
        rows.values().forEach(ofNode -> all.addAll(ofNode.getOrDefault(service, new ArrayDeque<>())));
        all.sort(Comparator.comparingLong(Heard::number));
        return all.stream().map(Heard::row).toList();
    }
}

package dev.offramp.coordinator.cli.demo;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.ChainMix;
import dev.offramp.partition.policy.Policy;
import dev.offramp.partition.policy.Thresholds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The demo's cluster: five boards, and two chains over them that share the second. That one, a slow board, is full first;
 * a frame that leaves before it spares it. Stateless.
 */
final class DemoPlan {
    static final ServiceId SERVICE = new ServiceId("roadside");
    static final NodeId INGRESS = new NodeId("rpi-1");
    static final int PARTITIONS = 3;
    static final int CAPACITY_JOBS = 8;
    /**
     * Times the boards' own service times. The demo's network is small: boards at their own pace would take more frames
     * than a machine of two cores can decode and carry between seven processes.
     */
    static final int SLOWDOWN = 10;

    static final Duration DEADLINE = Duration.ofSeconds(2);

    /** A board and what it pretends to be, as the agent's {@code --emulate} takes it. */
    record Board(NodeId node, String emulate) {}

    static final List<Board> BOARDS = List.of(
            new Board(new NodeId("opi-1"), "opizero:" + SLOWDOWN),
            new Board(new NodeId("opi-2"), "opizero:" + SLOWDOWN),
            new Board(new NodeId("rpi-1"), "rpi3a:" + SLOWDOWN),
            new Board(new NodeId("rpi-2"), "rpi3a:" + SLOWDOWN),
            new Board(new NodeId("rpi-3"), "rpi3a:" + SLOWDOWN));

    private DemoPlan() {}

    /** Nodes of each chain, in order. */
    static SortedMap<String, List<NodeId>> chains() {
        SortedMap<String, List<NodeId>> chains = new TreeMap<>();
        chains.put("a", List.of(new NodeId("rpi-1"), new NodeId("opi-1"), new NodeId("opi-2")));
        chains.put("b", List.of(new NodeId("rpi-2"), new NodeId("opi-1"), new NodeId("rpi-3")));
        return chains;
    }

    /** Half the frames to either chain, the same thresholds for both; the coordinator gives it its version. */
    static Policy policy(Thresholds thresholds) {
        SortedMap<ChainId, Double> probabilities = new TreeMap<>();
        SortedMap<ChainId, Thresholds> byChain = new TreeMap<>();
        for (String name : chains().keySet()) {
            ChainId chain = new ChainId(SERVICE, name);
            probabilities.put(chain, 1.0 / chains().size());
            byChain.put(chain, thresholds);
        }
        return Policy.of(SERVICE, 1, new ChainMix(probabilities), byChain);
    }

    /** {@code a = rpi-1 → opi-1 → rpi-3, b = …}. */
    static String describeChains() {
        List<String> texts = new ArrayList<>();
        chains().forEach((name, nodes) -> texts.add(name + " = "
                + String.join(" → ", nodes.stream().map(NodeId::value).toList())));
        return String.join(",  ", texts);
    }
}

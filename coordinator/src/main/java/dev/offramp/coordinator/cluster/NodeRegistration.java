package dev.offramp.coordinator.cluster;

import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an agent says of itself when it attaches. Immutable.
 *
 * @param incarnation rises with every start of the agent's process
 * @param dataAddress {@code host:port} where neighbours reach it
 * @param httpAddress {@code host:port} where cameras reach it
 * @param seen what it has acted on, restarts included
 * @param version of the agent's software
 */
public record NodeRegistration(
        NodeId node,
        long incarnation,
        String dataAddress,
        String httpAddress,
        Board board,
        Capacity capacity,
        Seen seen,
        String version) {
    private static final int MAX_TEXT = 256;

    /** The board's name, whether it is emulated, and its memory in bytes. */
    public record Board(String title, boolean emulated, long memoryBytes) {
        public Board {
            checkText("board", title);
        }
    }

    /** What the node's buffer holds, the job in service included. */
    public record Capacity(int jobs, long bytes) {}

    /** The newest epoch and policy versions that a node has acted on. */
    public record Seen(long epoch, SortedMap<ServiceId, Long> policies) {
        public static final Seen NOTHING = new Seen(0, new TreeMap<>());

        public Seen {
            policies = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(policies));
        }

        public static Seen of(long epoch, Map<ServiceId, Long> policies) {
            return new Seen(epoch, new TreeMap<>(policies));
        }
    }

    public NodeRegistration {
        checkText("data address", dataAddress);
        checkText("HTTP address", httpAddress);
        checkText("version", version);
        if (dataAddress.isBlank()) {
            throw new IllegalArgumentException("node %s gives no data address: expected host:port".formatted(node));
        }
    }

    private static void checkText(String what, String text) {
        if (text.length() > MAX_TEXT) {
            throw new IllegalArgumentException(
                    "%s has %d characters: expected at most %d".formatted(what, text.length(), MAX_TEXT));
        }
    }
}

package dev.offramp.partition;

/** Name of a node: one board running one agent. */
public record NodeId(String value) implements Comparable<NodeId> {
    public NodeId {
        Names.check("node", value);
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

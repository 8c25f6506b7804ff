package dev.offramp.partition.feed;

import dev.offramp.partition.Names;

/** Name of a receiver, unique in the cluster. */
public record ReceiverId(String value) implements Comparable<ReceiverId> {
    public ReceiverId {
        Names.check("receiver", value);
    }

    @Override
    public int compareTo(ReceiverId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

package dev.offramp.partition;

import java.util.Comparator;

/** Name of a chain within its service, e.g. {@code roadside/a}. */
public record ChainId(ServiceId service, String name) implements Comparable<ChainId> {
    private static final Comparator<ChainId> ORDER =
            Comparator.comparing(ChainId::service).thenComparing(ChainId::name);

    public ChainId {
        Names.check("chain", name);
    }

    /** Plain code: a record's own is slow until the better compiler has had it, and agents go without. */
    @Override
    public int hashCode() {
        return 31 * service.value().hashCode() + name.hashCode();
    }

    @Override
    public int compareTo(ChainId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return service + "/" + name;
    }
}

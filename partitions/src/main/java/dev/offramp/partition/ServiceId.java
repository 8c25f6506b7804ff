package dev.offramp.partition;

/** Name of a service: one early-exit network serving one kind of camera stream, e.g. {@code roadside}. */
public record ServiceId(String value) implements Comparable<ServiceId> {
    public ServiceId {
        Names.check("service", value);
    }

    @Override
    public int compareTo(ServiceId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

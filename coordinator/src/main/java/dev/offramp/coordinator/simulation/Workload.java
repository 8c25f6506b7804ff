package dev.offramp.coordinator.simulation;

import dev.offramp.partition.ServiceId;
import java.util.SortedMap;
import java.util.TreeMap;

/** The arrivals of every service of a deployment. Immutable. */
public record Workload(SortedMap<ServiceId, ArrivalProcess> arrivals) {
    public Workload {
        arrivals = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(arrivals));
    }

    public ArrivalProcess of(ServiceId service) {
        ArrivalProcess process = arrivals.get(service);
        if (process == null) {
            throw new IllegalArgumentException("the workload knows %s, not %s".formatted(arrivals.keySet(), service));
        }
        return process;
    }

    /** Every service {@code factor} times as fast. */
    public Workload faster(double factor) {
        SortedMap<ServiceId, ArrivalProcess> scaled = new TreeMap<>(arrivals);
        scaled.replaceAll((service, process) -> process.faster(factor));
        return new Workload(scaled);
    }
}

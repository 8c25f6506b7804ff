package dev.offramp.coordinator.cli.top;

import dev.offramp.proto.v1.HopTelemetry;
import dev.offramp.proto.v1.PartTimes;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/** What jobs' time at a node was made of, over all of its hops. Immutable. */
record HopTotals(Part queue, Part compute, Part serialise, Part network) {
    static final HopTotals NONE = new HopTotals(Part.NONE, Part.NONE, Part.NONE, Part.NONE);

    /** One part of it. */
    record Part(long jobs, double nanos) {
        static final Part NONE = new Part(0, 0);

        static Part of(List<HopTelemetry> hops, Function<HopTelemetry, PartTimes> which) {
            long jobs = 0;
            double nanos = 0;
            for (HopTelemetry hop : hops) {
                PartTimes times = which.apply(hop);
                jobs += times.getHistogram().getCountList().stream()
                        .mapToLong(Long::longValue)
                        .sum();
                nanos += times.getNanosSum();
            }
            return new Part(jobs, nanos);
        }

        Part since(Part earlier) {
            return new Part(jobs - earlier.jobs, nanos - earlier.nanos);
        }

        OptionalDouble meanNanos() {
            return jobs == 0 ? OptionalDouble.empty() : OptionalDouble.of(nanos / jobs);
        }
    }

    static HopTotals of(List<HopTelemetry> hops) {
        return new HopTotals(
                Part.of(hops, hop -> hop.getTimes().getQueue()),
                Part.of(hops, hop -> hop.getTimes().getCompute()),
                Part.of(hops, hop -> hop.getTimes().getSerialise()),
                Part.of(hops, hop -> hop.getTimes().getNetwork()));
    }

    HopTotals since(HopTotals earlier) {
        return new HopTotals(
                queue.since(earlier.queue),
                compute.since(earlier.compute),
                serialise.since(earlier.serialise),
                network.since(earlier.network));
    }
}

package dev.offramp.agent.core;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** The times of one hop's jobs, by part. Recording one costs some tens of nanoseconds. */
public final class HopTimes {
    private static final class Recorded {
        private final LatencyHistogram histogram = new LatencyHistogram();
        private double nanosSum;
    }

    private final Map<HopPart, Recorded> recorded = new EnumMap<>(HopPart.class);

    public HopTimes() {
        for (HopPart part : HopPart.values()) {
            recorded.put(part, new Recorded());
        }
    }

    public void record(HopPart part, long nanos) {
        Recorded times = Objects.requireNonNull(recorded.get(part));
        times.histogram.record(nanos);
        times.nanosSum += nanos;
    }

    Map<HopPart, CoreSnapshot.Times> snapshot() {
        Map<HopPart, CoreSnapshot.Times> times = new EnumMap<>(HopPart.class);
        recorded.forEach((part, of) -> times.put(part, new CoreSnapshot.Times(of.histogram.counts(), of.nanosSum)));
        return times;
    }
}

package dev.offramp.agent.core;

import java.util.EnumMap;
import java.util.Map;

/** The times of one hop's jobs, by part. Recording one costs some tens of nanoseconds. */
public final class HopTimes {
    private final LatencyHistogram[] histograms = new LatencyHistogram[HopPart.values().length];
    private final double[] nanosSums = new double[histograms.length];

    public HopTimes() {
        for (int i = 0; i < histograms.length; i++) {
            histograms[i] = new LatencyHistogram();
        }
    }

    public void record(HopPart part, long nanos) {
        histograms[part.ordinal()].record(nanos);
        nanosSums[part.ordinal()] += nanos;
    }

    Map<HopPart, CoreSnapshot.Times> snapshot() {
        Map<HopPart, CoreSnapshot.Times> times = new EnumMap<>(HopPart.class);
        for (HopPart part : HopPart.values()) {
            times.put(part, new CoreSnapshot.Times(histograms[part.ordinal()].counts(), nanosSums[part.ordinal()]));
        }
        return times;
    }
}

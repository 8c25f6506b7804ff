package dev.offramp.coordinator.cli.top;

import java.util.ArrayDeque;
import java.util.Deque;

/** Keeps the last readings, so that rates cover a few telemetry periods rather than one. Confined to one thread. */
final class TopWindow {
    /** Readings, one a second, that people see averaged. */
    static final int USUAL = 5;

    private final int readings;
    private final Deque<ClusterReading> kept = new ArrayDeque<>();

    /** @param readings that a view spans, at least 1 */
    TopWindow(int readings) {
        if (readings < 1) {
            throw new IllegalArgumentException("window of %d readings: expected at least 1".formatted(readings));
        }
        this.readings = readings;
    }

    /** Takes the newest reading; the view reaches back over the window, or as far as there is. */
    TopView add(ClusterReading reading) {
        kept.addLast(reading);
        if (kept.size() > readings + 1) {
            kept.removeFirst();
        }
        return TopView.between(kept.getFirst(), reading);
    }
}

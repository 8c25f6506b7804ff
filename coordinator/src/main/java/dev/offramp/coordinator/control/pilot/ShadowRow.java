package dev.offramp.coordinator.control.pilot;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.job.Verdict;
import java.util.List;
import java.util.OptionalInt;

/**
 * What every exit of a chain said of one shadow job. Immutable.
 *
 * @param epoch of the placement that it was accepted under
 * @param truth class of its frame, where that came with one
 */
public record ShadowRow(ChainId chain, long epoch, List<Verdict> exits, OptionalInt truth) {
    public ShadowRow {
        exits = List.copyOf(exits);
    }
}

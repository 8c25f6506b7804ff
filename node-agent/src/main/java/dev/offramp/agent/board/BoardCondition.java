package dev.offramp.agent.board;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/**
 * How a board is doing, as far as it says. Immutable.
 *
 * @param temperatureCelsius of the processor
 * @param now what holds it back now
 * @param sinceBoot what has done so since the board started; where the board keeps no record, since the agent did
 * @param availableMemoryBytes that processes may still take without swapping
 * @param storageReadOnly whether the agent's files can no longer be written, as on a worn SD card
 */
public record BoardCondition(
        OptionalDouble temperatureCelsius,
        Set<PowerProblem> now,
        Set<PowerProblem> sinceBoot,
        OptionalLong availableMemoryBytes,
        Optional<Boolean> storageReadOnly) {
    public BoardCondition {
        now = copy(now);
        sinceBoot = copy(sinceBoot);
    }

    private static Set<PowerProblem> copy(Set<PowerProblem> problems) {
        EnumSet<PowerProblem> copy = EnumSet.noneOf(PowerProblem.class);
        copy.addAll(problems);
        return Collections.unmodifiableSet(copy);
    }
}

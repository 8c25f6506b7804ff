package dev.offramp.coordinator.simulation;

import dev.offramp.partition.ChainId;
import java.util.List;
import java.util.stream.IntStream;

/** A chain of visits that holds every exit of a network once, in order. Immutable. */
public record ChainModel(ChainId id, List<Visit> visits) {
    public ChainModel {
        visits = List.copyOf(visits);
        List<Integer> numbers = numbers(visits);
        boolean complete =
                numbers.equals(IntStream.rangeClosed(1, numbers.size()).boxed().toList());
        boolean ends = !visits.isEmpty()
                && !visits.get(visits.size() - 1)
                        .segments()
                        .get(visits.get(visits.size() - 1).segments().size() - 1)
                        .exits()
                        .isEmpty();
        if (!complete || !ends) {
            throw new IllegalArgumentException(
                    "chain %s has exits %s: expected 1, 2, … in order, the last at its end".formatted(id, numbers));
        }
    }

    private static List<Integer> numbers(List<Visit> visits) {
        return visits.stream()
                .flatMap(visit -> visit.segments().stream())
                .flatMap(segment -> segment.exits().stream())
                .toList();
    }

    public int exits() {
        return numbers(visits).size();
    }
}

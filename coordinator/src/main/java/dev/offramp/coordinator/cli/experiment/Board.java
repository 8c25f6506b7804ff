package dev.offramp.coordinator.cli.experiment;

import dev.offramp.coordinator.simulation.ServiceTime;
import dev.offramp.partition.profile.ExitProfile;
import java.util.List;

/**
 * A network on a board: how long it runs from one exit to the next, what crosses a cut there, and what its exits say.
 *
 * @param segments time from the exit before (or the start) to each exit
 * @param edgeBytes size of the activation after each exit but the last
 */
record Board(String name, List<ServiceTime> segments, List<Long> edgeBytes, long inputBytes, ExitProfile profile) {
    Board {
        segments = List.copyOf(segments);
        edgeBytes = List.copyOf(edgeBytes);
        if (segments.size() != profile.exits() || edgeBytes.size() != segments.size() - 1) {
            throw new IllegalArgumentException(
                    "%d segments, %d edges, %d exits: expected as many segments, one edge less"
                            .formatted(segments.size(), edgeBytes.size(), profile.exits()));
        }
    }

    int exits() {
        return segments.size();
    }
}

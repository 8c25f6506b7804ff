package dev.offramp.agent.forward;

import java.util.List;
import java.util.Optional;

/**
 * What is known of the way to a neighbour.
 *
 * @param speed empty before the first measurement
 * @param edges whose activations have gone there
 */
public record LinkState(Optional<LinkSpeed> speed, List<LinkCodecs.Report> edges) {
    public LinkState {
        edges = List.copyOf(edges);
    }
}

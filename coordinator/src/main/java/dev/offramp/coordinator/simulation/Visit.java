package dev.offramp.coordinator.simulation;

import dev.offramp.partition.NodeId;
import java.util.List;

/**
 * One hop of a chain as the queueing network sees it: a job enters the node's queue once, and its service is the run of
 * the segments up to the exit at which it leaves.
 *
 * @param inputBytes what a job holds of the node's room, and what crosses the link to get there
 * @param segments in order; at least one
 */
public record Visit(NodeId node, long inputBytes, List<Segment> segments) {
    /**
     * What runs without another look at the exits.
     *
     * @param time at speed 1
     * @param exits numbers of the exits that are known after it, ascending; possibly none
     */
    public record Segment(ServiceTime time, List<Integer> exits) {
        public Segment {
            exits = List.copyOf(exits);
        }
    }

    public Visit {
        segments = List.copyOf(segments);
        if (segments.isEmpty() || inputBytes < 0) {
            throw new IllegalArgumentException("visit of %s with %d segments and %d bytes: expected at least 1 and 0"
                    .formatted(node, segments.size(), inputBytes));
        }
    }

    /** A partition that always runs as a whole. */
    public static Visit of(NodeId node, long inputBytes, ServiceTime time, List<Integer> exits) {
        return new Visit(node, inputBytes, List.of(new Segment(time, exits)));
    }
}

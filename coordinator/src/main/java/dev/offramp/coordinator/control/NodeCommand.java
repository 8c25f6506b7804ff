package dev.offramp.coordinator.control;

import dev.offramp.partition.Placement;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.feed.Feeds;
import dev.offramp.partition.policy.Policy;

/** What a node is told to do. Every command is idempotent and carries its epoch or version. */
public sealed interface NodeCommand {
    /** Fetch, verify and warm up; accept jobs of this epoch from now on. */
    record Prepare(Placement placement) implements NodeCommand {}

    /** Assign new jobs under this epoch from now on. */
    record Activate(long epoch) implements NodeCommand {}

    /** Drop this epoch and older ones. */
    record Retire(long epoch) implements NodeCommand {}

    /** Assign new jobs under this policy from now on. */
    record ApplyPolicy(Policy policy) implements NodeCommand {}

    /** Take no frames in any more; jobs inside run to their outcome. */
    record Drain() implements NodeCommand {}

    /** Take these cameras and tell these receivers, and no others. */
    record ApplyFeeds(Feeds feeds) implements NodeCommand {}

    /** Which command a node answers. */
    sealed interface Id {
        record Prepared(long epoch) implements Id {}

        record Activated(long epoch) implements Id {}

        record Retired(long epoch) implements Id {}

        record PolicyApplied(ServiceId service, long version) implements Id {}

        record Drained() implements Id {}

        /** @param version newest it has acted on, also where it refuses an older one */
        record FeedsApplied(long version) implements Id {}
    }
}

package dev.offramp.coordinator.control;

import dev.offramp.partition.Placement;

/** A placement on its way to the nodes. */
public record Rollout(Kind kind, Phase phase, Placement target) {
    /** Who must follow. */
    public enum Kind {
        /** An operator's: every node of it, else it is undone. */
        APPLY,
        /** The current placement again, under a new epoch: whoever is up. */
        REISSUE
    }

    /** How far it is. */
    public enum Phase {
        /** Nodes load its partitions. It can still be undone. */
        PREPARING,
        /** Ingresses take it up. It will be finished. */
        ACTIVATING
    }

    Rollout in(Phase next) {
        return new Rollout(kind, next, target);
    }
}

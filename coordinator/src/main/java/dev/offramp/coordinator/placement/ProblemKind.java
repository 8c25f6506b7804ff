package dev.offramp.coordinator.placement;

/** How a request can be wrong, the gravest first. */
public enum ProblemKind {
    /** It can never work as written. */
    WRONG,
    /** It names what does not exist. */
    UNKNOWN,
    /** It needs a node that is down. */
    DOWN
}

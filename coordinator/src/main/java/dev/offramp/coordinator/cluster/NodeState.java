package dev.offramp.coordinator.cluster;

/** Whether a node can be counted on. */
public enum NodeState {
    /** Known from before the coordinator's start; it has not come back yet, but there is still time. */
    AWAITED,
    /** It reports. */
    UP,
    /** It has missed {@link Membership#MISSED_HEARTBEATS} heartbeats. */
    DOWN
}

package dev.offramp.coordinator.simulation;

/** Which waiting job is next, within a priority. No job in service is interrupted. */
public enum Discipline {
    /** The one that waits longest. */
    FIRST_COME,
    /** The freshest one. */
    LAST_COME
}

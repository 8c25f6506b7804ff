package dev.offramp.coordinator.control;

/** Port to the disk. */
public interface StateStore {
    /** The last state saved; {@link Durable#empty} where there is none. */
    Durable load() throws StoreException;

    /** Durable when this returns; on failure the state saved before stays. */
    void save(Durable state) throws StoreException;
}

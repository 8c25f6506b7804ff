package dev.offramp.agent.ingress;

import dev.offramp.partition.ServiceId;
import java.util.Optional;

/** Counts what the ingress turns away. Thread-safe. */
public interface RefusalCounter {
    /** A request that was refused; {@code service} if it named one that is placed here. */
    void refused(Optional<ServiceId> service, ErrorCode code);

    /** Outcomes that a slow subscriber did not get. */
    void outcomesDropped(long outcomes);
}

package dev.offramp.agent.loop;

import dev.offramp.agent.core.AgentEvent;

/** Where adapters leave events for the core. Never blocks. Thread-safe. */
public interface Mailbox {
    void post(AgentEvent event);

    /**
     * Posts and says when the core has taken it.
     *
     * @param taken runs on the core's thread after the event; must not block
     */
    void post(AgentEvent event, Runnable taken);
}

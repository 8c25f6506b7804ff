package dev.offramp.agent.core;

/** Takes the core's effects in order; called on the core's thread, must not block or call back. */
@FunctionalInterface
public interface EffectSink {
    void accept(AgentEffect effect);
}

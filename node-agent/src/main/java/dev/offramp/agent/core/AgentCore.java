package dev.offramp.agent.core;

/** One agent's decisions. */
public final class AgentCore {
    public AgentCore(AgentLimits limits) {}

    public void onEvent(AgentEvent event, long nowNanos, EffectSink effects) {}

    public CoreSnapshot snapshot() {
        throw new IllegalStateException();
    }
}

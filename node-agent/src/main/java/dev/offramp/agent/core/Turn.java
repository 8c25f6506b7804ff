package dev.offramp.agent.core;

/** The event being handled: its time, and who hears the effects. Mutable; belongs to the core. */
final class Turn {
    private long nowNanos;
    private EffectSink effects = effect -> {};

    void begin(long nowNanos, EffectSink effects) {
        this.nowNanos = nowNanos;
        this.effects = effects;
    }

    long nowNanos() {
        return nowNanos;
    }

    /** Whether this time, or {@code graceNanos} after it, has come. The clock may start anywhere, and wrap. */
    boolean isPast(long deadlineNanos, long graceNanos) {
        return nowNanos - deadlineNanos >= graceNanos;
    }

    void say(AgentEffect effect) {
        effects.accept(effect);
    }
}

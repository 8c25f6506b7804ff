package dev.offramp.agent.ingress;

import dev.offramp.agent.core.AgentEffect;

/** Hears what became of one pushed frame; exactly one of these, on any thread, and must not block. */
public interface FrameFate {
    /** For those who do not care. */
    FrameFate UNHEARD = new FrameFate() {
        @Override
        public void skipped(String reason) {}

        @Override
        public void refused(RefusalException refusal) {}

        @Override
        public void done(AgentEffect.Answer answer) {}
    };

    /** It gave way. */
    void skipped(String reason);

    void refused(RefusalException refusal);

    void done(AgentEffect.Answer answer);
}

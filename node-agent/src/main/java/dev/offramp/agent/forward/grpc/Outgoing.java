package dev.offramp.agent.forward.grpc;

import dev.offramp.agent.codec.Encoded;
import dev.offramp.agent.core.AgentEffect;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A message on its way to the transport; a transfer must be encoded before it goes. Guarded by its session. */
final class Outgoing {
    private final AgentEffect effect;
    private final boolean measured;
    private @Nullable Encoded encoded;

    Outgoing(AgentEffect effect) {
        this(effect, false);
    }

    /** @param measured whether the link may be measured with it */
    Outgoing(AgentEffect effect, boolean measured) {
        this.effect = effect;
        this.measured = measured;
    }

    AgentEffect effect() {
        return effect;
    }

    boolean isMeasured() {
        return measured;
    }

    void becomes(Encoded one) {
        encoded = one;
    }

    boolean isReady() {
        return encoded != null || !(effect instanceof AgentEffect.SendTransfer);
    }

    /** Of a transfer that is ready. */
    Encoded encoded() {
        return Objects.requireNonNull(encoded, "sent before it is encoded");
    }
}

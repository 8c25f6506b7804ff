package dev.offramp.partition.feed;

import dev.offramp.partition.ServiceId;

/**
 * Where a service's outcomes go, from each of its ingresses. Immutable.
 *
 * @param secret signs what a webhook is sent; empty for other kinds
 */
public record Receiver(ReceiverId id, ServiceId service, FeedUrl target, String secret) {
    private static final int MIN_SECRET_CHARACTERS = 16;

    public Receiver {
        switch (ReceiverKind.of(target)) {
            case MQTT -> {
                if (!target.path().isEmpty()) {
                    Topics.check("receiver", target, target.path());
                }
                if (!secret.isEmpty()) {
                    throw new IllegalArgumentException("a broker gets no signature: expected no secret for " + target);
                }
            }
            case WEBHOOK -> {
                if (secret.length() < MIN_SECRET_CHARACTERS) {
                    throw new IllegalArgumentException("a secret of %d characters for %s: expected at least %d"
                            .formatted(secret.length(), target, MIN_SECRET_CHARACTERS));
                }
            }
        }
    }

    public ReceiverKind kind() {
        return ReceiverKind.of(target);
    }

    /** Without its secret. */
    @Override
    public String toString() {
        return "Receiver[%s of %s to %s]".formatted(id, service, target);
    }
}

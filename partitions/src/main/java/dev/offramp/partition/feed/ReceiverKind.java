package dev.offramp.partition.feed;

import java.util.Locale;

/** How outcomes go to a receiver. */
public enum ReceiverKind {
    /** Published to a broker. */
    MQTT,
    /** Posted, one a request, and signed. */
    WEBHOOK;

    /** Throws IllegalArgumentException on what is no receiver's address. */
    public static ReceiverKind of(FeedUrl target) {
        return switch (target.scheme()) {
            case "mqtt", "mqtts" -> MQTT;
            case "http", "https" -> WEBHOOK;
            default ->
                throw new IllegalArgumentException(
                        "'%s' is no receiver: expected mqtt, mqtts, http or https before ://".formatted(target));
        };
    }

    /** As commands and metrics show it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}

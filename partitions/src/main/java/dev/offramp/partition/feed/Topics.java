package dev.offramp.partition.feed;

/** Names of MQTT topics. Stateless. */
final class Topics {
    private static final int MAX_CHARACTERS = 512;

    private Topics() {}

    /** Refuses what is not the name of one topic. */
    static void check(String what, FeedUrl url, String topic) {
        boolean one = !topic.isEmpty()
                && topic.length() <= MAX_CHARACTERS
                && topic.chars().noneMatch(c -> c == '#' || c == '+' || c < ' ');
        if (!one) {
            throw new IllegalArgumentException(
                    "'%s' names no topic for the %s: expected mqtt://host/topic, one topic without + and #"
                            .formatted(url, what));
        }
    }
}

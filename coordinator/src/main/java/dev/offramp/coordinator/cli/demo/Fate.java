package dev.offramp.coordinator.cli.demo;

/** What became of a frame, as the camera sees it. */
sealed interface Fate {
    /** Under which orders an accepted frame travelled. */
    record Orders(long policyVersion, String chain) implements Comparable<Orders> {
        @Override
        public int compareTo(Orders other) {
            int byVersion = Long.compare(policyVersion, other.policyVersion);
            return byVersion != 0 ? byVersion : chain.compareTo(other.chain);
        }
    }

    /** End to end, and its parts. */
    record Latency(long totalNanos, long queueingNanos, long computeNanos, long networkNanos) {}

    /** It was accepted and left at an exit. */
    record Completed(Orders orders, int exit, boolean correct, Latency latency) implements Fate {}

    /** It was accepted and lost. */
    record Lost(Orders orders, String reason, String node) implements Fate {}

    /** It was never accepted. */
    record Refused(String code) implements Fate {}

    /** Nobody said what became of it: the connection broke or the answer cannot be read. */
    record Unanswered(String why) implements Fate {}
}

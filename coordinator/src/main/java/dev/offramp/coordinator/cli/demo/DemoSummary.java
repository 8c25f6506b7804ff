package dev.offramp.coordinator.cli.demo;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the demo has shown. Immutable.
 *
 * @param exits of the network
 * @param camera what the camera counted
 * @param ledger what the ingress counted; empty if it no longer answers
 * @param residuals conservation residual by node, of those that still answer
 * @param notes what did not go as planned, for people
 */
record DemoSummary(
        Setting setting,
        int exits,
        Tally.Totals camera,
        Optional<Ledger> ledger,
        SortedMap<String, Long> residuals,
        List<PolicyUse> policies,
        Expectation expectation,
        List<String> notes) {
    private static final double POINTS = 100;

    /**
     * How the demo was set up.
     *
     * @param capacity frames a second that the boards can serve under the first thresholds
     * @param serviceMillis mean service time by node
     */
    record Setting(
            String service,
            long seed,
            double seconds,
            double framesPerSecond,
            double capacity,
            SortedMap<String, String> boards,
            SortedMap<String, Double> serviceMillis,
            SortedMap<String, List<String>> chains) {}

    /** All frames with an outcome, as the camera saw them. */
    GroupTotals all() {
        return camera.all(exits);
    }

    /** Accepted frames: the ingress knows best, else the camera's count of outcomes. */
    long accepted() {
        return ledger.map(Ledger::accepted).orElseGet(() -> all().accepted());
    }

    long completed() {
        return ledger.map(Ledger::completedJobs).orElseGet(() -> all().completed());
    }

    Map<String, Long> lost() {
        return ledger.<Map<String, Long>>map(Ledger::lost).orElseGet(() -> all().lost());
    }

    long lostJobs() {
        return lost().values().stream().mapToLong(Long::longValue).sum();
    }

    long inFlight() {
        return ledger.map(Ledger::inFlight).orElse(camera.outstanding());
    }

    OptionalDouble lossRatio() {
        return accepted() == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) lostJobs() / accepted());
    }

    /** Accepted less completed, lost and in flight; with every agent's own residual added. Must be 0. */
    long residual() {
        long agents = residuals.values().stream().mapToLong(Math::abs).sum();
        return Math.abs(accepted() - completed() - lostJobs() - inFlight()) + agents;
    }

    /**
     * Frames on which ingress and camera do not agree: what the ingress accepted is what the camera has an outcome of,
     * what is in flight, and some of the frames that the camera has no answer to. Must be 0.
     */
    long disagreement() {
        if (ledger.isEmpty()) {
            return 0;
        }
        long unknown = ledger.get().accepted() - ledger.get().inFlight() - all().accepted();
        return unknown < 0 ? -unknown : Math.max(0, unknown - camera.unansweredFrames());
    }

    OptionalDouble accuracy() {
        return all().exits().accuracy();
    }

    OptionalDouble expectedAccuracy() {
        return expectation.accuracy(camera.groups());
    }

    /** Accuracy less the expected, in percentage points. */
    OptionalDouble accuracyDifferencePoints() {
        return accuracy().isPresent() && expectedAccuracy().isPresent()
                ? OptionalDouble.of(
                        (accuracy().getAsDouble() - expectedAccuracy().getAsDouble()) * POINTS)
                : OptionalDouble.empty();
    }

    /**
     * The frames under a policy of the demo's, by version and chain: under its own version, and under those that the
     * coordinator made of it when nodes came and went.
     */
    SortedMap<Fate.Orders, GroupTotals> under(long version) {
        long next = policies.stream()
                .mapToLong(PolicyUse::version)
                .filter(other -> other > version)
                .min()
                .orElse(Long.MAX_VALUE);
        SortedMap<Fate.Orders, GroupTotals> groups = new TreeMap<>(camera.groups());
        groups.keySet().removeIf(orders -> orders.policyVersion() < version || orders.policyVersion() >= next);
        return groups;
    }

    /** The versions that frames carried, of those in {@link #under}. */
    List<Long> versionsUnder(long version) {
        return under(version).keySet().stream()
                .map(Fate.Orders::policyVersion)
                .distinct()
                .toList();
    }

    GroupTotals totalUnder(long version) {
        return under(version).values().stream().reduce(GroupTotals.empty(exits), GroupTotals::plus);
    }

    /** The frames of one chain, over all versions. */
    GroupTotals totalOf(String chain) {
        return camera.groups().entrySet().stream()
                .filter(group -> group.getKey().chain().equals(chain))
                .map(Map.Entry::getValue)
                .reduce(GroupTotals.empty(exits), GroupTotals::plus);
    }

    /** Whether every accepted frame is accounted for and none is left inside. */
    boolean conserved() {
        return residual() == 0 && inFlight() == 0;
    }
}

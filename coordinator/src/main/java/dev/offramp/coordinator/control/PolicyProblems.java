package dev.offramp.coordinator.control;

import dev.offramp.partition.Chain;
import dev.offramp.partition.Service;
import dev.offramp.partition.policy.ThresholdMix;
import dev.offramp.partition.policy.Thresholds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What can be wrong with a policy that an operator wants. Pure. */
final class PolicyProblems {
    private static final double TOLERANCE = 1e-6;

    private PolicyProblems() {}

    /** Everything that is wrong with a request against what is placed, one problem a line; empty if nothing is. */
    static String of(PolicyRequest request, Service service) {
        List<String> problems = new ArrayList<>();
        SortedMap<String, Chain> chains = new TreeMap<>();
        service.chains().forEach(chain -> chains.put(chain.id().name(), chain));
        request.chains().forEach((name, orders) -> {
            Chain chain = chains.get(name);
            if (chain == null) {
                problems.add("chain '%s' is not placed: %s has %s".formatted(name, service.id(), chains.keySet()));
            }
            checkProbability(name, orders.probability(), problems);
            checkVectors(name, Optional.ofNullable(chain), orders.vectors(), problems);
        });
        for (String name : chains.keySet()) {
            if (!request.chains().containsKey(name)) {
                problems.add("chain '%s' is missing: give it a probability, 0 if it shall rest".formatted(name));
            }
        }
        double sum = request.chains().values().stream()
                .mapToDouble(PolicyRequest.ChainOrders::probability)
                .sum();
        if (!(Math.abs(sum - 1) <= TOLERANCE)) {
            problems.add("probabilities sum to %s: expected 1".formatted(sum));
        }
        if (!(request.shadowShare() >= 0 && request.shadowShare() <= 1)) {
            problems.add("share of shadow jobs (%s) must be 0 … 1".formatted(request.shadowShare()));
        }
        return String.join("\n", problems);
    }

    private static void checkProbability(String name, double probability, List<String> problems) {
        if (!(probability >= 0)) {
            problems.add("probability of chain '%s' (%s) must be at least 0".formatted(name, probability));
        }
    }

    private static void checkVectors(
            String name, Optional<Chain> chain, List<PolicyRequest.VectorOrders> vectors, List<String> problems) {
        if (vectors.isEmpty() || vectors.size() > ThresholdMix.MAX_ALTERNATIVES) {
            problems.add("chain '%s' has %d threshold vectors: expected 1 to %d"
                    .formatted(name, vectors.size(), ThresholdMix.MAX_ALTERNATIVES));
            return;
        }
        Set<List<Float>> different = new HashSet<>();
        for (PolicyRequest.VectorOrders vector : vectors) {
            checkVector(name, chain, vector, problems);
            if (!different.add(vector.thresholds())) {
                problems.add("thresholds %s of chain '%s' are there twice: expected once, with the sum of the shares"
                        .formatted(vector.thresholds(), name));
            }
        }
        double sum =
                vectors.stream().mapToDouble(PolicyRequest.VectorOrders::share).sum();
        if (!(Math.abs(sum - 1) <= TOLERANCE)) {
            problems.add("shares of chain '%s' sum to %s: expected 1".formatted(name, sum));
        }
    }

    private static void checkVector(
            String name, Optional<Chain> chain, PolicyRequest.VectorOrders vector, List<String> problems) {
        chain.filter(known -> vector.thresholds().size() != known.exits())
                .ifPresent(known -> problems.add("chain %s has %d exits, not %d: give one threshold for each"
                        .formatted(
                                known.id(), known.exits(), vector.thresholds().size())));
        if (!vector.thresholds().stream().allMatch(value -> value >= 0 && value <= Thresholds.CLOSED)) {
            problems.add(
                    "thresholds %s of chain '%s' are out of range: expected 0 (forces an exit) to 2 (above 1 closes it)"
                            .formatted(vector.thresholds(), name));
        }
        if (!(vector.share() > 0)) {
            problems.add("share of thresholds %s of chain '%s' (%s) must be more than 0"
                    .formatted(vector.thresholds(), name, vector.share()));
        }
    }
}

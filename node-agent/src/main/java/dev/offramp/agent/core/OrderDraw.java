package dev.offramp.agent.core;

import dev.offramp.partition.Chain;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.Service;
import dev.offramp.partition.policy.Policy;
import dev.offramp.partition.policy.ThresholdMix;
import dev.offramp.partition.policy.Thresholds;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Draws the orders of one service's jobs under one step of its policies: the chain, and then one of the chain's threshold vectors, closed exits for
 * shadow jobs being one of them. Two draws, so that
 * the mix of chains stays as even as with one vector a chain, and a chain that cannot be used for a while leaves the
 * vectors of the others as they are.
 */
final class OrderDraw {
    private final FairDraw<ChainId> chainDraw = new FairDraw<>();
    private final Map<ChainId, FairDraw<Vector>> vectorDraws = new HashMap<>();

    /** A shadow job's vector may be one of the policy's: the mark tells them apart. */
    private record Vector(Thresholds thresholds, boolean shadow) {}

    /**
     * Orders of the next job, among the chains of the policy that the placement has and {@code usable} lets through.
     *
     * @param index of the policy's step that holds
     */
    Optional<Assignment> next(Policy policy, int index, Service service, Predicate<Chain> usable) {
        Policy.Step step = policy.steps().get(index);
        Map<ChainId, Chain> chains = new HashMap<>();
        SortedMap<ChainId, Double> weights = new TreeMap<>();
        for (Chain chain : service.chains()) {
            Double probability = step.mix().probabilities().get(chain.id());
            if (probability != null && step.thresholdsOf(chain.id()).exits() == chain.exits()) {
                chains.put(chain.id(), chain);
                weights.put(chain.id(), usable.test(chain) ? probability : 0.0);
            }
        }
        vectorDraws.keySet().retainAll(weights.keySet());
        return chainDraw.next(weights).map(chains::get).map(chain -> assign(policy, index, chain));
    }

    private Assignment assign(Policy policy, int index, Chain chain) {
        Map<Vector, Double> shares = new LinkedHashMap<>();
        for (ThresholdMix.Alternative one :
                policy.steps().get(index).thresholdsOf(chain.id()).alternatives()) {
            shares.put(new Vector(one.thresholds(), false), one.share() * (1 - policy.shadowShare()));
        }
        if (policy.shadowShare() > 0) {
            shares.put(new Vector(Thresholds.closed(chain.exits()), true), policy.shadowShare());
        }
        Vector drawn = vectorDraws
                .computeIfAbsent(chain.id(), id -> new FairDraw<>())
                .next(shares)
                .orElseThrow();
        return new Assignment(chain, drawn.thresholds(), drawn.shadow(), policy.version(), index);
    }

    /**
     * A frame's way: its chain and the orders its job carries.
     *
     * @param shadow it runs to the final exit so that every exit is observed
     * @param step of the policy, from 0
     */
    record Assignment(Chain chain, Thresholds thresholds, boolean shadow, long policyVersion, int step) {}
}

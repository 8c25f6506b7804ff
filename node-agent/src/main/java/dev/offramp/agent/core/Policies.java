package dev.offramp.agent.core;

import dev.offramp.partition.Chain;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Policy;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The policies of every service: the one in use, and a newer one that waits. A policy whose chains are not those of the
 * active placement waits for the placement that it fits, so that a re-placement is never without a policy. The version
 * in use never goes back.
 */
final class Policies {
    private static final class Slot {
        @Nullable
        Policy inUse;

        @Nullable
        Policy waiting;

        @Nullable
        Policy newest() {
            return waiting != null ? waiting : inUse;
        }
    }

    private final Map<ServiceId, Slot> slots = new HashMap<>();

    /**
     * Empty: taken; else why not.
     *
     * @param active the policy's service in the active placement, if this node is an ingress of it
     */
    String take(Policy policy, Optional<Service> active) {
        active.ifPresent(this::inUse);
        Slot slot = slots.computeIfAbsent(policy.service(), service -> new Slot());
        Policy newest = slot.newest();
        if (newest != null && policy.version() < newest.version()) {
            return "policy version %d of %s is older than version %d, which this node has"
                    .formatted(policy.version(), policy.service(), newest.version());
        }
        if (newest != null && policy.version() == newest.version()) {
            return policy.equals(newest)
                    ? ""
                    : "policy version %d of %s is here with other content: expected a new version"
                            .formatted(policy.version(), policy.service());
        }
        slot.waiting = policy;
        return "";
    }

    /** The policy for jobs of the active placement's {@code service} from now on. */
    Optional<Policy> inUse(Service service) {
        Slot slot = slots.get(service.id());
        if (slot == null) {
            return Optional.empty();
        }
        Policy waiting = slot.waiting;
        if (waiting != null && (slot.inUse == null || fits(waiting, service) || !fits(slot.inUse, service))) {
            slot.inUse = waiting;
            slot.waiting = null;
        }
        return Optional.ofNullable(slot.inUse);
    }

    private static boolean fits(Policy policy, Service service) {
        return policy.mix().probabilities().entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .allMatch(entry -> service.chains().stream().anyMatch(chain -> fits(policy, chain, entry.getKey())));
    }

    private static boolean fits(Policy policy, Chain chain, ChainId id) {
        return chain.id().equals(id) && policy.thresholdsOf(id).exits() == chain.exits();
    }

    /** Newest version seen, by service. */
    Map<ServiceId, Long> versions() {
        Map<ServiceId, Long> versions = new TreeMap<>();
        slots.forEach((service, slot) -> {
            Policy newest = slot.newest();
            if (newest != null) {
                versions.put(service, newest.version());
            }
        });
        return versions;
    }
}

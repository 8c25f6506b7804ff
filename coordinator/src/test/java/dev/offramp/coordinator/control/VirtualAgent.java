package dev.offramp.coordinator.control;

import dev.offramp.coordinator.Samples;
import dev.offramp.coordinator.cluster.NodeRegistration;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Placement;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Policy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** An agent as the coordinator sees it: keeps to the protocol, refuses what is older than what it has acted on. */
final class VirtualAgent {
    final NodeId node;
    final Deque<NodeCommand> inbox = new ArrayDeque<>();
    final Map<ServiceId, Policy> policies = new HashMap<>();
    final TreeMap<Long, Placement> prepared = new TreeMap<>();
    final Set<Long> preparedInThisLife = new HashSet<>();
    long incarnation;
    long session;
    long active;
    boolean alive = true;
    boolean refusesNextPrepare;

    private final Map<ServiceId, Long> policiesOnDisk = new HashMap<>();
    private long epochOnDisk;

    VirtualAgent(String name) {
        node = new NodeId(name);
    }

    boolean isAttached() {
        return session != 0;
    }

    /** The port changes with every start. */
    NodeRegistration registration() {
        return Samples.node(
                node.value(),
                incarnation,
                "127.0.0.1:" + (1000 + incarnation),
                NodeRegistration.Seen.of(epochOnDisk, policiesOnDisk));
    }

    void kill() {
        alive = false;
        session = 0;
        inbox.clear();
        policies.clear();
        prepared.clear();
        preparedInThisLife.clear();
        active = 0;
    }

    void start() {
        alive = true;
        incarnation++;
    }

    NodeCommand.Id idOf(NodeCommand command) {
        return switch (command) {
            case NodeCommand.Prepare prepare ->
                new NodeCommand.Id.Prepared(prepare.placement().epoch());
            case NodeCommand.Activate activate -> new NodeCommand.Id.Activated(activate.epoch());
            case NodeCommand.Retire retire -> new NodeCommand.Id.Retired(retire.epoch());
            case NodeCommand.Drain drain -> new NodeCommand.Id.Drained();
            case NodeCommand.ApplyFeeds apply ->
                new NodeCommand.Id.FeedsApplied(apply.feeds().version());
            case NodeCommand.ApplyPolicy apply ->
                new NodeCommand.Id.PolicyApplied(
                        apply.policy().service(), apply.policy().version());
        };
    }

    /** Empty: done; else why not. */
    String execute(NodeCommand command) {
        return switch (command) {
            case NodeCommand.Prepare prepare -> prepare(prepare.placement());
            case NodeCommand.Activate activate -> activate(activate.epoch());
            case NodeCommand.Retire retire -> retire(retire.epoch());
            case NodeCommand.ApplyFeeds apply -> "";
            case NodeCommand.ApplyPolicy apply -> apply(apply.policy());
            case NodeCommand.Drain drain -> "";
        };
    }

    private String prepare(Placement placement) {
        long newest = prepared.isEmpty() ? epochOnDisk : Math.max(epochOnDisk, prepared.lastKey());
        if (placement.epoch() < newest) {
            return "epoch " + placement.epoch() + " is older than " + newest;
        }
        if (refusesNextPrepare && !prepared.containsKey(placement.epoch())) {
            refusesNextPrepare = false;
            return "no space left on device";
        }
        prepared.put(placement.epoch(), placement);
        preparedInThisLife.add(placement.epoch());
        return "";
    }

    private String activate(long epoch) {
        if (!prepared.containsKey(epoch)) {
            return "epoch " + epoch + " was not prepared";
        }
        if (epoch < epochOnDisk) {
            return "epoch " + epoch + " is older than " + epochOnDisk;
        }
        epochOnDisk = epoch;
        active = epoch;
        return "";
    }

    private String retire(long epoch) {
        if (epoch >= active) {
            return "epoch " + epoch + " is not older than the active one";
        }
        prepared.headMap(epoch, true).clear();
        return "";
    }

    private String apply(Policy policy) {
        if (policy.version() < policiesOnDisk.getOrDefault(policy.service(), 0L)) {
            return "policy " + policy.version() + " is older";
        }
        Policy known = policies.get(policy.service());
        if (known != null && known.version() == policy.version() && !known.equals(policy)) {
            throw new AssertionError("two policies of one version: %s and %s".formatted(known, policy));
        }
        policiesOnDisk.put(policy.service(), policy.version());
        policies.put(policy.service(), policy);
        return "";
    }

    /** Why a frame of the service would find no chain here; empty if it would. */
    Optional<String> noChain() {
        Placement placement = prepared.get(active);
        if (placement == null) {
            return active == 0 ? Optional.empty() : Optional.of("its active epoch " + active + " is gone");
        }
        for (Service service : placement.services()) {
            if (!service.ingress().contains(node)) {
                continue;
            }
            Policy policy = policies.get(service.id());
            if (policy == null) {
                return Optional.of("there is no policy of " + service.id());
            }
            boolean any = service.chains().stream()
                    .anyMatch(chain -> policy.mix().probabilities().getOrDefault(chain.id(), 0.0) > 0
                            && policy.thresholdsOf(chain.id()).exits() == chain.exits());
            if (!any) {
                return Optional.of("policy %s has no chain of %s".formatted(policy, service.chains()));
            }
        }
        return Optional.empty();
    }
}

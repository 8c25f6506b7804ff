package dev.offramp.agent.core;

import dev.offramp.agent.core.AgentEffect.Command;
import dev.offramp.partition.Hop;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Placement;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Policy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Re-places and sets policies as a coordinator does: prepare, policies, activate, wait until drained, retire. Its
 * commands reach the nodes late and each at its own time, and sometimes it repeats old ones.
 */
final class VirtualCoordinator {
    private static final long MILLI = 1_000_000;
    private static final long EPOCH_NANOS = 220 * MILLI;

    private final Scenario scenario;
    private final VirtualTime time;
    private final Random random;
    private final Map<NodeId, VirtualNode> nodes;
    private final Witness witness;
    private final RandomPlacements placements;
    private final TreeMap<Long, Placement> living = new TreeMap<>();
    private final Map<Long, Placement> all = new HashMap<>();
    private final Map<ServiceId, Policy> newest = new HashMap<>();
    private final List<AgentEvent> said = new ArrayList<>();
    private final Set<NodeId> drainedNodes = new HashSet<>();
    private final List<String> refusals = new ArrayList<>();
    private long active;
    private long prepared;

    VirtualCoordinator(
            Scenario scenario, VirtualTime time, Random random, Map<NodeId, VirtualNode> nodes, Witness witness) {
        this.scenario = scenario;
        this.time = time;
        this.random = random;
        this.nodes = nodes;
        this.witness = witness;
        this.placements = new RandomPlacements(List.copyOf(nodes.keySet()), random);
    }

    void start() {
        for (int i = 0; i < scenario.epochs(); i++) {
            time.at(i * EPOCH_NANOS, this::replace);
        }
        for (int i = 0; i < 6; i++) {
            time.at((100 + 130L * i) * MILLI, this::changePolicies);
        }
    }

    private void replace() {
        long epoch = ++prepared;
        Placement placement =
                placements.placement(epoch, scenario.services(), scenario.overflows(), scenario.deadline());
        living.put(epoch, placement);
        all.put(epoch, placement);
        witness.know(placement);
        tellAll(new AgentEvent.PlacementPrepared(placement));
        time.after(12 * MILLI, () -> placement.services().forEach(this::setPolicy));
        time.after(30 * MILLI, () -> {
            active = epoch;
            drainedNodes.clear();
            tellAll(new AgentEvent.PlacementActivated(epoch));
        });
        if (scenario.faults()) {
            time.after(30 * MILLI + random.nextInt((int) (300 * MILLI)), () -> retire(epoch - 1));
        }
    }

    private void changePolicies() {
        Placement placement = all.get(active);
        if (placement != null && active == prepared) {
            placement.services().forEach(this::setPolicy);
        }
    }

    private void setPolicy(Service service) {
        Policy before = newest.get(service.id());
        Policy policy = placements.policy(service, before == null ? 1 : before.version() + 1);
        newest.put(service.id(), policy);
        witness.know(policy);
        tellAll(new AgentEvent.PolicyChanged(policy));
    }

    private void tellAll(AgentEvent event) {
        said.add(event);
        nodes.values().forEach(node -> node.later(random.nextInt((int) (9 * MILLI)), event));
    }

    void drained(VirtualNode node, long epoch) {
        if (epoch == active - 1) {
            drainedNodes.add(node.id());
            if (drainedNodes.size() == nodes.size()) {
                retire(epoch);
            }
        }
    }

    private void retire(long epoch) {
        if (epoch >= 1 && epoch < active && living.containsKey(epoch)) {
            living.headMap(epoch, true).clear();
            tellAll(new AgentEvent.PlacementRetired(epoch));
        }
    }

    /** A node is back and knows nothing. */
    void welcome(VirtualNode node) {
        living.values().forEach(placement -> node.deliver(new AgentEvent.PlacementPrepared(placement)));
        newest.values().forEach(policy -> node.deliver(new AgentEvent.PolicyChanged(policy)));
        if (active > 0) {
            node.deliver(new AgentEvent.PlacementActivated(active));
        }
    }

    /** Repeats commands from earlier on; what is too old must be refused. */
    void sayOldThings(VirtualNode node) {
        for (int i = 0; i < 3 && !said.isEmpty(); i++) {
            AgentEvent event = said.get(random.nextInt(said.size()));
            if (!(event instanceof AgentEvent.PlacementPrepared prepare)
                    || living.containsKey(prepare.placement().epoch())) {
                node.deliver(event);
            }
        }
    }

    void done(VirtualNode node, AgentEffect.CommandDone done) {
        if (!done.refusal().isEmpty() && !(done.command() instanceof Command.Retired)) {
            refusals.add(node.id() + ": " + done.refusal());
        }
    }

    void finish() {
        nodes.values().stream().filter(VirtualNode::isAlive).forEach(this::welcome);
    }

    List<String> refusals() {
        return refusals;
    }

    long livingEpochs() {
        return living.size();
    }

    Optional<NodeId> ingress(ServiceId id, Random chance) {
        return Optional.ofNullable(all.get(active))
                .flatMap(placement -> placement.service(id))
                .map(service ->
                        service.ingress().get(chance.nextInt(service.ingress().size())));
    }

    Optional<ServiceId> anyService(NodeId node) {
        Placement placement = all.get(active);
        return placement == null
                ? Optional.empty()
                : placement.services().stream()
                        .filter(service -> service.ingress().contains(node))
                        .map(Service::id)
                        .findFirst();
    }

    Hop hop(HopKey key) {
        Placement placement = all.get(key.epoch());
        if (placement == null) {
            throw new IllegalArgumentException("epoch of " + key + " was never prepared");
        }
        return placement.service(key.chain().service()).orElseThrow().chains().stream()
                .filter(chain -> chain.id().equals(key.chain()))
                .findFirst()
                .orElseThrow()
                .hops()
                .get(key.hop());
    }
}

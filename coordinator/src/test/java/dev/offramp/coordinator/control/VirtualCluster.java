package dev.offramp.coordinator.control;

import static dev.offramp.coordinator.Samples.chain;
import static dev.offramp.coordinator.Samples.placement;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.coordinator.Samples;
import dev.offramp.coordinator.cluster.NodeReport;
import dev.offramp.coordinator.placement.PlacementRequest;
import dev.offramp.partition.Hop;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Placement;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.artifact.Manifest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A coordinator that may crash at every step, and agents that may die, detach and refuse, on one virtual clock. */
final class VirtualCluster {
    /** What an operator may ask for. */
    static final List<PlacementRequest> VARIANTS = List.of(
            placement(chain("a", "n1", "n2"), chain("b", "n1", "n3")),
            placement(chain("a", "n1", "n3")),
            placement(chain("b", "n2", "n3"), chain("c", "n1", "n1")),
            new PlacementRequest(List.of()));

    static final ServiceId SERVICE = new ServiceId("roadside");
    private static final Map<ServiceId, Manifest> MODELS = Samples.models(Samples.model("roadside", 2));
    private static final long TICK_NANOS = Duration.ofMillis(250).toNanos();

    final Map<NodeId, VirtualAgent> agents = new TreeMap<>();
    private final Random random;
    private final Map<Long, PlacementRequest> asked = new HashMap<>();
    private final Map<Long, Long> decidedAt = new HashMap<>();
    private final Map<NodeId, Map<Long, Long>> firstAttached = new HashMap<>();
    private Durable disk = Durable.empty();
    private ControlMachine machine = new ControlMachine(disk, 0, service -> false);
    private long nowNanos;
    private long step;
    private long sessions;
    private long tickets;
    private int savesUntilCrash = Integer.MAX_VALUE;
    private boolean crashBeforeSaving;

    VirtualCluster(long seed) {
        random = new Random(seed);
        for (String name : List.of("n1", "n2", "n3")) {
            VirtualAgent agent = new VirtualAgent(name);
            agents.put(agent.node, agent);
            agent.start();
        }
    }

    Durable disk() {
        return disk;
    }

    /** One random thing happens; then what must always hold is checked. */
    void step() {
        step++;
        VirtualAgent agent = agents.values().stream()
                .skip(random.nextInt(agents.size()))
                .findFirst()
                .orElseThrow();
        int dice = random.nextInt(100);
        if (dice < 50) {
            deliver(agent);
        } else if (dice < 75) {
            pass(TICK_NANOS * (1 + random.nextInt(3)));
        } else if (dice < 82) {
            attach(agent);
        } else if (dice < 86) {
            apply(VARIANTS.get(random.nextInt(VARIANTS.size())));
        } else if (dice < 90) {
            setPolicy();
        } else if (dice < 93) {
            savesUntilCrash = 1 + random.nextInt(2);
            crashBeforeSaving = random.nextBoolean();
        } else if (dice < 95) {
            agent.refusesNextPrepare = true;
        } else if (dice < 97) {
            detach(agent);
        } else if (agent.alive) {
            agent.kill();
        } else {
            agent.start();
        }
        check();
    }

    /** Everybody is well again; returns when nothing moves any more. */
    void settle() {
        savesUntilCrash = Integer.MAX_VALUE;
        for (VirtualAgent agent : agents.values()) {
            agent.refusesNextPrepare = false;
            if (!agent.alive) {
                agent.start();
            }
        }
        for (int round = 0; round < 260; round++) {
            step++;
            for (VirtualAgent agent : agents.values()) {
                attach(agent);
                while (!agent.inbox.isEmpty()) {
                    deliver(agent);
                    check();
                }
            }
            pass(TICK_NANOS);
            check();
        }
    }

    private void pass(long nanos) {
        nowNanos += nanos;
        for (VirtualAgent agent : agents.values()) {
            if (agent.isAttached()) {
                on(new ControlEvent.NodeHeard(agent.session, agent.node, NodeReport.empty()));
            }
        }
        on(new ControlEvent.Tick());
    }

    private void attach(VirtualAgent agent) {
        if (agent.alive && !agent.isAttached()) {
            agent.session = ++sessions;
            firstAttached.computeIfAbsent(agent.node, node -> new HashMap<>()).putIfAbsent(agent.incarnation, step);
            on(new ControlEvent.NodeAttached(agent.session, agent.registration()));
        }
    }

    private void detach(VirtualAgent agent) {
        if (agent.isAttached()) {
            long session = agent.session;
            agent.session = 0;
            agent.inbox.clear();
            on(new ControlEvent.NodeDetached(session, agent.node));
        }
    }

    private void deliver(VirtualAgent agent) {
        NodeCommand command = agent.inbox.poll();
        if (command != null) {
            checkMakeBeforeBreak(agent, command);
            long session = agent.session;
            String error = agent.execute(command);
            on(new ControlEvent.NodeAnswered(session, agent.node, agent.idOf(command), error));
        }
    }

    private void apply(PlacementRequest request) {
        long ticket = ++tickets;
        asked.put(ticket, request);
        on(new ControlEvent.PlacementRequested(ticket, request, MODELS));
    }

    private void setPolicy() {
        ServicePolicy known = disk.policies().get(SERVICE);
        if (known != null) {
            TreeMap<String, PolicyRequest.ChainOrders> chains = new TreeMap<>();
            int count = known.intent().thresholds().size();
            float threshold = random.nextFloat();
            known.intent()
                    .mix()
                    .probabilities()
                    .keySet()
                    .forEach(id ->
                            chains.put(id.name(), PolicyRequest.ChainOrders.of(1.0 / count, List.of(threshold, 0f))));
            on(new ControlEvent.PolicyRequested(++tickets, new PolicyRequest(SERVICE, chains, 0, 0)));
        }
    }

    private void on(ControlEvent event) {
        List<ControlEffect> effects = machine.on(event, nowNanos);
        if (!machine.durable().equals(disk)) {
            savesUntilCrash--;
            if (savesUntilCrash <= 0 && crashBeforeSaving) {
                crash();
                return;
            }
            save(machine.durable());
        }
        for (ControlEffect effect : effects) {
            if (savesUntilCrash <= 0 && random.nextInt(3) == 0) {
                break;
            }
            execute(effect);
        }
        if (savesUntilCrash <= 0) {
            crash();
        }
    }

    private void save(Durable next) {
        disk = next;
        next.rollout()
                .filter(rollout -> rollout.kind() == Rollout.Kind.APPLY && rollout.phase() == Rollout.Phase.ACTIVATING)
                .ifPresent(rollout -> decidedAt.putIfAbsent(rollout.target().epoch(), step));
    }

    private void crash() {
        savesUntilCrash = Integer.MAX_VALUE;
        machine = new ControlMachine(disk, nowNanos, service -> false);
        for (VirtualAgent agent : agents.values()) {
            agent.session = 0;
            agent.inbox.clear();
        }
    }

    private void execute(ControlEffect effect) {
        switch (effect) {
            case ControlEffect.Send send -> {
                VirtualAgent agent = agent(send.node());
                if (agent.session == send.session()) {
                    agent.inbox.add(send.command());
                }
            }
            case ControlEffect.Detach detach -> {
                VirtualAgent agent = agent(detach.node());
                if (agent.session == detach.session()) {
                    agent.session = 0;
                    agent.inbox.clear();
                }
            }
            case ControlEffect.Ask ask -> {}
            case ControlEffect.Answer answer -> checkReply(answer);
        }
    }

    /** What was acknowledged is on disk. */
    private void checkReply(ControlEffect.Answer answer) {
        switch (answer.reply()) {
            case Reply.Applied applied -> {
                assertThat(disk.active().epoch()).isEqualTo(applied.epoch());
                assertThat(shape(disk.active())).isEqualTo(shape(asked.get(answer.ticket())));
            }
            case Reply.PolicyKept kept ->
                assertThat(policy().effective().version()).isEqualTo(kept.version());
            case Reply.Refused refused -> assertThat(refused.text()).isNotEmpty();
            case Reply.FeedsKept kept -> throw new AssertionError("nobody asked for it: " + kept);
            case Reply.Draining draining -> throw new AssertionError("nobody asked for it: " + draining);
            case Reply.Described described ->
                assertThat(described.request().cases()).isNotEmpty();
        }
    }

    /** An operator's placement is activated when every node of it that lives on since then has prepared it. */
    private void checkMakeBeforeBreak(VirtualAgent agent, NodeCommand command) {
        Placement placement =
                command instanceof NodeCommand.Activate activate ? agent.prepared.get(activate.epoch()) : null;
        Long decided = placement == null ? null : decidedAt.get(placement.epoch());
        if (placement == null || decided == null) {
            return;
        }
        for (NodeId node : placement.dataAddresses().keySet()) {
            VirtualAgent other = agent(node);
            long attached = firstAttached.getOrDefault(node, Map.of()).getOrDefault(other.incarnation, Long.MAX_VALUE);
            if (other.alive && attached < decided) {
                assertThat(other.preparedInThisLife)
                        .as("%s activates, but %s", agent.node, node)
                        .contains(placement.epoch());
            }
        }
    }

    private VirtualAgent agent(NodeId node) {
        return Objects.requireNonNull(agents.get(node));
    }

    private ServicePolicy policy() {
        return Objects.requireNonNull(disk.policies().get(SERVICE));
    }

    private void check() {
        for (VirtualAgent agent : agents.values()) {
            assertThat(agent.noChain()).as("frames at %s", agent.node).isEmpty();
            checkNoHopIsGone(agent);
        }
        assertThat(disk.highestEpoch()).isGreaterThanOrEqualTo(disk.active().epoch());
    }

    /** What an ingress sends jobs under, no node of its chains has forgotten while it lived. */
    private void checkNoHopIsGone(VirtualAgent ingress) {
        Placement placement = ingress.prepared.get(ingress.active);
        if (placement == null || !ingress.alive || !isIngress(placement, ingress.node)) {
            return;
        }
        placement.services().stream()
                .flatMap(service -> service.chains().stream())
                .flatMap(chain -> chain.hops().stream())
                .map(Hop::node)
                .map(this::agent)
                .filter(hop -> hop.preparedInThisLife.contains(ingress.active))
                .filter(hop -> isCurrent(ingress))
                .forEach(hop -> assertThat(hop.prepared)
                        .as("%s sends under epoch %d to %s", ingress.node, ingress.active, hop.node)
                        .containsKey(ingress.active));
    }

    private static boolean isIngress(Placement placement, NodeId node) {
        return placement.services().stream()
                .anyMatch(service -> service.ingress().contains(node));
    }

    /** An ingress that the coordinator has given up as down may be left behind; its frames are lost as stale. */
    private boolean isCurrent(VirtualAgent ingress) {
        return machine.view().nodes().containsKey(ingress.node)
                && machine.view().nodes().get(ingress.node).activated() == ingress.active;
    }

    /** Which chains on which nodes. */
    static String shape(Placement placement) {
        StringBuilder text = new StringBuilder();
        placement.services().forEach(service -> service.chains().forEach(chain -> text.append(
                        chain.id().name())
                .append(chain.hops().stream().map(hop -> hop.node().value()).toList())));
        return text.toString();
    }

    static String shape(@Nullable PlacementRequest request) {
        StringBuilder text = new StringBuilder();
        Optional.ofNullable(request).orElseThrow().services().forEach(service -> service.chains()
                .forEach(chain -> text.append(chain.name()).append(chain.nodes())));
        return text.toString();
    }
}

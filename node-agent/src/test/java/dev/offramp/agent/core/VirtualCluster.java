package dev.offramp.agent.core;

import dev.offramp.agent.queue.Shares;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A whole cluster in one thread on virtual time: cores, a faulty network between them, a coordinator, cameras. After
 * every event the invariants of the core that took it are checked. The same seed does the same.
 */
final class VirtualCluster {
    private static final long MILLI = 1_000_000;
    private static final long TICK = 20 * MILLI;
    private static final long GRACE = 60 * MILLI;
    private static final long FRAMES_FOR = 900 * MILLI;

    private final long seed;
    private final Scenario scenario;
    private final VirtualTime time = new VirtualTime();
    private final Map<NodeId, VirtualNode> nodes = new LinkedHashMap<>();
    private final Map<NodeId, CoreSnapshot> last = new HashMap<>();
    private final Set<NodeId> drained = new HashSet<>();
    private final Map<Object, VirtualNode> lent = new IdentityHashMap<>();
    private final VirtualNetwork network;
    private final VirtualCoordinator coordinator;
    private final Witness witness;
    private final Random faults;
    private final Random cameras;
    private long tickets;
    private long events;

    VirtualCluster(long seed, Scenario scenario) {
        this.seed = seed;
        this.scenario = scenario;
        this.witness = new Witness(seed);
        this.faults = stream("faults");
        this.cameras = stream("cameras");
        this.network = new VirtualNetwork(time, stream("network"), nodes, scenario.nanosPerByte());
        this.network.duplicates = scenario.faults() ? 0.03 : 0;
        Random limits = stream("limits");
        Random shares = stream("shares");
        for (int i = 0; i < scenario.nodes(); i++) {
            NodeId id = new NodeId("node-" + i);
            nodes.put(id, new VirtualNode(this, time, stream("node" + i), limits(id, limits, shares)));
        }
        this.coordinator = new VirtualCoordinator(scenario, time, stream("coordinator"), nodes, witness);
    }

    private AgentLimits limits(NodeId id, Random random, Random shares) {
        boolean tight = scenario.capacityJobs() < 100;
        int outbox = tight ? 1 + random.nextInt(4) : 200;
        return new AgentLimits(
                id,
                1,
                scenario.servers(),
                scenario.capacityJobs(),
                scenario.capacityBytes(),
                !tight || shares.nextBoolean()
                        ? Shares.NONE
                        : Shares.of(Map.of(0, 1 + shares.nextInt(scenario.capacityJobs()))),
                outbox,
                scenario.capacityBytes(),
                1 + random.nextInt(2),
                tight ? 1 + random.nextInt(6) : 200,
                tight ? 1 + random.nextInt(60) : 1000,
                GRACE);
    }

    /** One independent random stream per name. */
    private Random stream(String name) {
        return new Random(seed * 1_000_003 + name.hashCode());
    }

    /** Runs the scenario to its end, when every job must have had its outcome. */
    Witness run() {
        nodes.values().forEach(node -> node.tick(TICK));
        coordinator.start();
        nextFrame();
        if (scenario.faults()) {
            nextFault();
        }
        long quiet = FRAMES_FOR + 400 * MILLI;
        time.runUntil(quiet);
        coordinator.finish();
        time.runUntil(quiet + scenario.deadline().toNanos() + GRACE + 600 * MILLI);
        checkQuiet();
        drain();
        return witness;
    }

    private void nextFrame() {
        double gapSeconds = -Math.log(1 - cameras.nextDouble()) / scenario.framesPerSecond();
        time.after((long) (gapSeconds * 1e9), () -> {
            if (time.now() < FRAMES_FOR) {
                sendFrame();
                nextFrame();
            }
        });
    }

    private void sendFrame() {
        ServiceId service = new ServiceId("service-" + cameras.nextInt(scenario.services()));
        Optional<NodeId> ingress = coordinator.ingress(service, cameras);
        if (ingress.isEmpty()) {
            return;
        }
        VirtualNode node = node(ingress.get());
        if (!node.isAlive()) {
            return;
        }
        long ticket = ++tickets;
        witness.sent(ticket, node, service);
        OptionalInt truth = cameras.nextBoolean() ? OptionalInt.of(0) : OptionalInt.empty();
        long arrived = node.clock();
        node.deliver(new AgentEvent.FrameArrived(
                ticket, service, lend(node, ticket, 32), truth, cameras.nextInt(3) / 2, arrived));
    }

    /** Memory of the node's that must come back: once, and not after the node's death. */
    private Activation lend(VirtualNode node, long ticket, long bytes) {
        Object loan = new Object();
        lent.put(loan, node);
        return new Activation(
                ByteBuffer.allocate((int) bytes).putLong(0, ticket),
                () -> check(lent.remove(loan) == node, "I5: %s has handed back a job's bytes twice", node.id()));
    }

    private static long ticket(Activation activation) {
        return activation.bytes().getLong(0);
    }

    private void nextFault() {
        time.after(20 * MILLI + faults.nextInt((int) (150 * MILLI)), () -> {
            if (time.now() < FRAMES_FOR) {
                fault();
                nextFault();
            }
        });
    }

    private void fault() {
        VirtualNode node = any();
        VirtualNode other = any();
        long nanos = 10 * MILLI + faults.nextInt((int) (200 * MILLI));
        switch (faults.nextInt(5)) {
            case 0 -> kill(node, nanos);
            case 1 -> {
                network.cut(node.id(), other.id());
                time.after(nanos, () -> network.heal(node.id(), other.id()));
            }
            case 2 -> network.silence(node.id(), other.id(), nanos);
            case 3 -> node.hang(nanos);
            default -> coordinator.sayOldThings(node);
        }
    }

    private void kill(VirtualNode node, long forNanos) {
        if (!node.isAlive()) {
            return;
        }
        witness.died(node);
        node.die();
        last.remove(node.id());
        lent.values().removeIf(node::equals);
        network.died(node.id());
        time.after(forNanos, () -> {
            node.restart();
            node.tick(TICK);
            coordinator.welcome(node);
        });
    }

    private VirtualNode any() {
        return List.copyOf(nodes.values()).get(faults.nextInt(nodes.size()));
    }

    long serviceNanos(Random random) {
        double exponential = -Math.log(1 - random.nextDouble());
        return 1 + (long) (scenario.meanServiceNanos() * (random.nextBoolean() ? 1 : exponential));
    }

    /** What the server says when it is done. */
    AgentEvent infer(VirtualNode node, AgentEffect.RunInference run, long computeNanos) {
        long ticket = ticket(run.input());
        witness.ran(ticket, run.hop());
        var partition = coordinator.hop(run.hop()).partition();
        check(coordinator.hop(run.hop()).node().equals(node.id()), "%s runs %s", node.id(), run.hop());
        check(
                run.input().size() == partition.input().bytes(),
                "%s takes %d bytes",
                run.hop(),
                run.input().size());
        run.input().handBack().run();
        int luck = scenario.faults() ? faults.nextInt(200) : 200;
        if (luck == 0) {
            return new AgentEvent.InferenceFailed(run.run());
        }
        List<float[]> scores = new ArrayList<>();
        partition.exits().forEach(exit -> scores.add(witness.scores(ticket, exit.number())));
        if (luck == 1 && !scores.isEmpty()) {
            scores.get(0)[0] = Float.NaN;
        }
        return new AgentEvent.InferenceFinished(
                run.run(), scores, partition.output().map(output -> lend(node, ticket, output.bytes())), computeNanos);
    }

    /** Does what a core said. */
    void perform(VirtualNode node, AgentEffect effect) {
        NodeId from = node.id();
        switch (effect) {
            case AgentEffect.RunInference run -> throw new IllegalArgumentException("the node runs " + run);
            case AgentEffect.SendOffer offer -> {
                witness.carried(offer.job(), null);
                network.down(
                        from,
                        offer.peer(),
                        link -> new AgentEvent.JobOffered(link, arriving(node, offer.peer(), offer.job())));
            }
            case AgentEffect.SendTransfer transfer -> {
                long ticket = ticket(transfer.activation());
                long bytes = transfer.activation().size();
                witness.carried(transfer.job(), ticket);
                transfer.activation().handBack().run();
                network.transfer(
                        from,
                        transfer.peer(),
                        transfer.job(),
                        link -> new AgentEvent.JobTransferred(
                                link,
                                arriving(node, transfer.peer(), transfer.job()),
                                lend(node(transfer.peer()), ticket, bytes)));
            }
            case AgentEffect.SendWithdraw withdraw ->
                network.down(from, withdraw.peer(), link -> new AgentEvent.OfferWithdrawn(link, withdraw.job()));
            case AgentEffect.SendGrant grant ->
                network.up(from, grant.link(), new AgentEvent.Granted(from, grant.job()));
            case AgentEffect.SendOutcome outcome ->
                network.up(
                        from,
                        outcome.link(),
                        new AgentEvent.OutcomeArrived(from, outcome.job(), outcome.outcome(), outcome.timings()));
            case AgentEffect.FrameAccepted accepted -> witness.accepted(accepted);
            case AgentEffect.FrameRefused refused -> witness.refused(refused);
            case AgentEffect.Answer answer -> answered(node, answer);
            case AgentEffect.Connect connect -> network.connect(from, connect.peer());
            case AgentEffect.Disconnect disconnect -> network.disconnect(from, disconnect.peer());
            case AgentEffect.CommandDone done -> coordinator.done(node, done);
            case AgentEffect.EpochDrained gone -> coordinator.drained(node, gone.epoch());
            case AgentEffect.Drained gone -> check(drained.add(from), "%s drained twice", from);
        }
    }

    /** Deadlines travel as remaining time: each node has a clock of its own. */
    private Job arriving(VirtualNode sender, NodeId receiver, Job job) {
        return new Job(
                job.id(),
                job.chain(),
                job.epoch(),
                job.policyVersion(),
                job.hop(),
                job.thresholds(),
                job.priority(),
                job.deadlineNanos() - sender.clock() + node(receiver).clock(),
                job.activationBytes(),
                job.timings(),
                job.passed());
    }

    private void answered(VirtualNode node, AgentEffect.Answer answer) {
        witness.answered(node, answer);
        if (!node.everHung()) {
            long latest = scenario.deadline().toNanos() + GRACE + 2 * TICK;
            check(answer.latencyNanos() <= latest, "I4: %s took %d ns", answer.job(), answer.latencyNanos());
        }
    }

    /** Checks what must hold at every instant, after every event. */
    void afterEvent(VirtualNode node, AgentEvent event) {
        events++;
        CoreSnapshot now = node.core().snapshot();
        String at = "%s at %d ns after %s"
                .formatted(node.id(), time.now(), event.getClass().getSimpleName());
        check(now.conservationResidual() == 0, "I2, I3, I4: residual %d at %s", now.conservationResidual(), at);
        check(
                node.core().roomUnaccounted() == 0,
                "I5: room of %d jobs is nobody's, %s",
                node.core().roomUnaccounted(),
                at);
        check(node.core().outboxesWithinLimits(), "I5: an outbox is overfull, %s", at);
        check(now.queuedJobs() <= scenario.capacityJobs(), "I5: %d jobs queued, %s", now.queuedJobs(), at);
        check(now.queuedBytes() <= scenario.capacityBytes(), "I5: %d bytes queued, %s", now.queuedBytes(), at);
        int queued = 0;
        for (CoreSnapshot.PriorityClass one : now.priorities()) {
            int share = node.limits().shares().jobs().getOrDefault(one.priority(), scenario.capacityJobs());
            check(one.queued() <= share, "I5: %d jobs of priority %d, %s", one.queued(), one.priority(), at);
            queued += one.queued();
        }
        check(
                queued <= now.queuedJobs(),
                "I5: %d jobs of all priorities in a queue of %d, %s",
                queued,
                now.queuedJobs(),
                at);
        for (CoreSnapshot.Ingress ingress : now.ingress()) {
            long open = witness.open(node.id(), ingress.service());
            check(ingress.inFlight() == open, "I2: %d in flight, %d open, %s", ingress.inFlight(), open, at);
        }
        for (CoreSnapshot.Link link : now.links()) {
            int unsent = network.unsent(node.id(), link.peer());
            int windows = node.everHung() ? 2 : 1; // what it sends before it hears that its stream is another one
            int most = windows * node.limits().transferWindow() + scenario.capacityJobs();
            check(unsent <= most, "I5: %d transfers unsent, %s", unsent, at);
        }
        CoreSnapshot before = last.put(node.id(), now);
        if (before != null) {
            check(before.epoch() <= now.epoch(), "I7: epoch %d after %d, %s", now.epoch(), before.epoch(), at);
            before.policyVersions()
                    .forEach((service, version) -> check(
                            now.policyVersions().getOrDefault(service, 0L) >= version,
                            "I7: policy of %s below version %d, %s",
                            service,
                            version,
                            at));
        }
    }

    private void checkQuiet() {
        witness.checkEveryFrameHasItsOutcome();
        check(lent.isEmpty(), "I5: bytes of %d jobs are not handed back", lent.size());
        for (VirtualNode node : nodes.values()) {
            CoreSnapshot now = node.core().snapshot();
            check(now.queuedJobs() == 0 && now.queuedBytes() == 0, "%s still holds %s", node.id(), now);
            now.links().forEach(link -> check(link.pending() == 0, "I4: %s still waits: %s", node.id(), link));
            now.hops().forEach(hop -> check(hop.present() == 0, "I3: %s still has %s", node.id(), hop));
        }
    }

    private void drain() {
        for (VirtualNode node : nodes.values()) {
            node.deliver(new AgentEvent.DrainRequested());
            coordinator.anyService(node.id()).ifPresent(service -> {
                long ticket = ++tickets;
                witness.sent(ticket, node, service);
                node.deliver(new AgentEvent.FrameArrived(
                        ticket, service, lend(node, ticket, 32), OptionalInt.empty(), 0, node.clock()));
            });
        }
        time.runUntil(time.now() + 3 * TICK);
        check(drained.equals(nodes.keySet()), "drained: %s of %s", drained, nodes.keySet());
        witness.checkEveryFrameHasItsOutcome();
    }

    long events() {
        return events;
    }

    VirtualCoordinator coordinator() {
        return coordinator;
    }

    private VirtualNode node(NodeId id) {
        VirtualNode node = nodes.get(id);
        if (node == null) {
            throw new IllegalArgumentException("no node " + id);
        }
        return node;
    }

    @SuppressWarnings("AnnotateFormatMethod")
    void check(boolean holds, String message, @Nullable Object... values) {
        if (!holds) {
            throw new AssertionError("seed %d: %s".formatted(seed, message.formatted(values)));
        }
    }
}

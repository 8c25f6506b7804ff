package dev.offramp.agent.core;

import dev.offramp.partition.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** One agent's core with virtual adapters around it: inference that takes virtual time, a skewed clock, a process that dies or hangs. */
final class VirtualNode {
    private final NodeId id;
    private final VirtualCluster cluster;
    private final VirtualTime time;
    private final Random random;
    private final AgentLimits shape;
    private final long clockOffset;
    private AgentCore core;
    private long incarnation = 1;
    private boolean alive = true;
    private long hungUntil;
    private boolean everHung;
    private int running;
    private final List<AgentEffect> effects = new ArrayList<>();

    VirtualNode(VirtualCluster cluster, VirtualTime time, Random random, AgentLimits shape) {
        this.id = shape.node();
        this.cluster = cluster;
        this.time = time;
        this.random = random;
        this.shape = shape;
        this.clockOffset = random.nextLong();
        this.core = new AgentCore(shape);
    }

    NodeId id() {
        return id;
    }

    AgentCore core() {
        return core;
    }

    AgentLimits limits() {
        return shape;
    }

    long incarnation() {
        return incarnation;
    }

    boolean isAlive() {
        return alive;
    }

    /** This node's monotonic clock; it may start anywhere and wrap. */
    long clock() {
        return time.now() + clockOffset;
    }

    void deliver(AgentEvent event) {
        deliver(() -> event);
    }

    /** Hands an event over, which is read off the wire when the process gets to it. */
    void deliver(Supplier<AgentEvent> event) {
        if (!alive) {
            return;
        }
        if (time.now() < hungUntil) {
            long addressee = incarnation;
            time.at(hungUntil, () -> {
                if (addressee == incarnation) {
                    deliver(event);
                }
            });
            return;
        }
        effects.clear();
        AgentEvent happened = event.get();
        core.onEvent(happened, clock(), effects::add);
        List<AgentEffect> said = List.copyOf(effects);
        said.forEach(this::perform);
        cluster.afterEvent(this, happened);
    }

    void later(long nanos, AgentEvent event) {
        long addressee = incarnation;
        time.after(nanos, () -> {
            if (addressee == incarnation) {
                deliver(event);
            }
        });
    }

    void tick(long everyNanos) {
        long addressee = incarnation;
        time.after(everyNanos, () -> {
            if (addressee == incarnation && alive) {
                if (time.now() >= hungUntil) {
                    deliver(new AgentEvent.Tick());
                }
                tick(everyNanos);
            }
        });
    }

    void hang(long nanos) {
        hungUntil = time.now() + nanos;
        everHung = true;
    }

    boolean everHung() {
        return everHung;
    }

    void die() {
        alive = false;
        hungUntil = 0;
    }

    void restart() {
        alive = true;
        incarnation++;
        running = 0;
        core = new AgentCore(new AgentLimits(
                id,
                incarnation,
                shape.servers(),
                shape.capacityJobs(),
                shape.capacityBytes(),
                shape.shares(),
                shape.outboxJobs(),
                shape.outboxBytes(),
                shape.transferWindow(),
                shape.offersPerLink(),
                shape.inFlightJobs(),
                shape.graceNanos()));
    }

    private void perform(AgentEffect effect) {
        switch (effect) {
            case AgentEffect.RunInference run -> run(run);
            default -> cluster.perform(this, effect);
        }
    }

    private void run(AgentEffect.RunInference run) {
        running++;
        cluster.check(running <= shape.servers(), "%s runs %d inferences at a time", id, running);
        long serviceNanos = cluster.serviceNanos(random);
        AgentEvent result = cluster.infer(this, run, serviceNanos);
        long addressee = incarnation;
        time.after(serviceNanos, () -> {
            if (addressee == incarnation) {
                deliver(() -> {
                    running--;
                    return result;
                });
            }
        });
    }
}

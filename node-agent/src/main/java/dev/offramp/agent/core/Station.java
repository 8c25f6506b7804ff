package dev.offramp.agent.core;

import dev.offramp.agent.core.Epochs.Route;
import dev.offramp.agent.core.Held.Origin;
import dev.offramp.agent.core.Held.State;
import dev.offramp.agent.exit.ExitGate;
import dev.offramp.agent.exit.ExitGate.Decision;
import dev.offramp.agent.queue.Admission;
import dev.offramp.agent.queue.BoundedQueue;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.Partition;
import dev.offramp.partition.job.LossReason;
import dev.offramp.partition.job.Outcome;
import dev.offramp.partition.job.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The node's one queue and its servers: jobs enter, run, and leave at an exit or go on. */
final class Station {
    private final AgentLimits limits;
    private final Turn turn;
    private final Epochs epochs;
    private final BoundedQueue<Held> queue;
    private final Fates fates;
    private final Forwarding forwarding;
    private final PriorityLedger priorities;
    private final Map<Long, Held> runs = new HashMap<>();
    private final Map<HopLedger.Key, HopLedger> ledgers = new HashMap<>();
    private long lastRun;
    private long busyNanos;

    Station(
            AgentLimits limits,
            Turn turn,
            Epochs epochs,
            BoundedQueue<Held> queue,
            Fates fates,
            Forwarding forwarding,
            PriorityLedger priorities) {
        this.limits = limits;
        this.turn = turn;
        this.epochs = epochs;
        this.queue = queue;
        this.fates = fates;
        this.forwarding = forwarding;
        this.priorities = priorities;
    }

    /** A job arrives at a hop of this node. */
    void enter(Job job, Origin origin, Activation activation, Route route) {
        Held arrival = receive(job, origin, activation);
        long bytes = activation.size();
        if (bytes > limits.capacityBytes()) {
            fates.lose(arrival, LossReason.OVERSIZE);
            return;
        }
        Admission<Held> admission = route.service().overflow() == Overflow.DROP_OLDEST
                ? queue.offerEvicting(arrival, job.priority(), bytes)
                : queue.offer(arrival, job.priority(), bytes);
        switch (admission) {
            case Admission.Refused<Held> refused -> fates.lose(arrival, LossReason.QUEUE_FULL);
            case Admission.Admitted<Held> admitted -> {
                arrival.takeRoom(bytes);
                for (Held evicted : admitted.evicted()) {
                    evicted.giveUpRoom();
                    fates.lose(evicted, LossReason.QUEUE_FULL);
                }
            }
        }
    }

    /** A job arrives for which {@code roomBytes} were kept. */
    void enterGranted(Job job, Origin origin, Activation activation, long roomBytes) {
        Held arrival = receive(job, origin, activation);
        arrival.takeRoom(roomBytes);
        queue.enter(arrival, job.priority(), roomBytes);
    }

    private Held receive(Job job, Origin origin, Activation activation) {
        HopLedger ledger = ledgers.computeIfAbsent(new HopLedger.Key(job.chain(), job.hop()), HopLedger::new);
        Held arrival = new Held(job, job.hop(), origin, ledger, activation, turn.nowNanos());
        fates.hold(arrival);
        ledger.received();
        priorities.received(job.priority());
        return arrival;
    }

    /** Puts idle servers to work. What has expired in the queue, or would before it is done, is not worth one. */
    void serve() {
        while (runs.size() < limits.servers()) {
            Optional<Held> next = queue.poll();
            if (next.isEmpty()) {
                return;
            }
            if (isTooLate(next.get())) {
                fates.lose(next.get(), LossReason.EXPIRED);
            } else {
                run(next.get());
            }
        }
    }

    private boolean isTooLate(Held job) {
        long neededNanos = job.ledger == null ? 0 : job.ledger.shortestNanos(turn.nowNanos());
        return turn.isPast(job.job.deadlineNanos(), -neededNanos);
    }

    private void run(Held job) {
        job.state = State.RUNNING;
        job.onServer = true;
        job.startedNanos = turn.nowNanos();
        long waitedNanos = turn.nowNanos() - job.sinceNanos;
        job.timings = job.timings.plus(waitedNanos, 0);
        job.spent(HopPart.QUEUE, waitedNanos);
        runs.put(++lastRun, job);
        turn.say(new AgentEffect.RunInference(
                lastRun, new HopKey(job.job.epoch(), job.job.chain(), job.stage), job.takeActivation()));
    }

    void onFailed(long run) {
        Held job = runs.remove(run);
        if (job == null) {
            return;
        }
        job.onServer = false;
        if (job.state == State.DONE) {
            fates.releaseRoom(job);
        } else {
            fates.lose(job, LossReason.EXECUTION);
        }
    }

    void onFinished(AgentEvent.InferenceFinished finished) {
        Held job = runs.remove(finished.run());
        if (job == null) {
            return;
        }
        job.onServer = false;
        finished.output().ifPresent(job::becomes);
        job.timings = job.timings.plus(0, finished.computeNanos());
        long occupiedNanos = turn.nowNanos() - job.startedNanos;
        busyNanos += occupiedNanos;
        job.spent(HopPart.COMPUTE, finished.computeNanos());
        if (job.ledger != null) {
            job.ledger.served(occupiedNanos, turn.nowNanos());
        }
        Optional<Route> route = epochs.route(job.job.epoch(), job.job.chain());
        if (job.state == State.DONE) {
            job.dropActivation();
            fates.releaseRoom(job);
        } else if (job.orphaned) {
            fates.lose(job, LossReason.LINK_LOST);
        } else if (turn.isPast(job.job.deadlineNanos(), 0)) {
            fates.lose(job, LossReason.EXPIRED);
        } else if (route.isEmpty()) {
            fates.lose(job, LossReason.STALE_EPOCH);
        } else {
            atExits(job, finished, route.get());
        }
    }

    private void atExits(Held job, AgentEvent.InferenceFinished finished, Route route) {
        Partition partition = route.hop(job.stage).partition();
        if (finished.scores().size() != partition.exits().size()) {
            fates.lose(job, LossReason.EXECUTION);
            return;
        }
        Decision decision = ExitGate.decide(
                partition.exits(),
                finished.scores(),
                route.service().scores(),
                job.job.thresholds(),
                route.chain().exits());
        switch (decision) {
            case Decision.Leave leave -> fates.complete(job, completed(leave, job));
            case Decision.Broken broken -> fates.lose(job, LossReason.EXECUTION);
            case Decision.GoOn goOn -> {
                job.passed = both(job.passed, goOn.passed());
                advance(job, route);
            }
        }
    }

    /** With what all exits before say, if every node behind has told it. */
    private static Outcome.Completed completed(Decision.Leave leave, Held job) {
        List<Verdict> passed = both(job.passed, leave.passed());
        return new Outcome.Completed(
                leave.exit(),
                leave.label(),
                leave.confidence(),
                passed.size() == leave.exit() - 1 ? passed : List.of());
    }

    private static List<Verdict> both(List<Verdict> before, List<Verdict> here) {
        List<Verdict> both = new ArrayList<>(before);
        both.addAll(here);
        return both;
    }

    /** To the next hop, which may be on this node: then the job queues again, behind the others. */
    private void advance(Held job, Route route) {
        if (!job.hasActivation() || !fits(job.activation(), job.stage + 1, route)) {
            fates.lose(job, LossReason.EXECUTION);
            return;
        }
        NodeId next = route.hop(job.stage + 1).node();
        if (!next.equals(limits.node())) {
            forwarding.send(job, route, next);
            return;
        }
        fates.moveOn(job);
        enter(job.onward(), job.origin, job.takeActivation(), route);
    }

    private static boolean fits(Activation output, int hop, Route route) {
        return hop < route.chain().hops().size()
                && output.size() == route.hop(hop).partition().input().bytes();
    }

    /** Total time that finished inferences have kept servers from others. */
    long busyNanos() {
        return busyNanos;
    }

    Collection<Held> running() {
        return runs.values();
    }

    long residual(List<Held> jobs) {
        Map<HopLedger.Key, Long> present = present(jobs);
        return ledgers.entrySet().stream()
                .mapToLong(entry -> Math.abs(entry.getValue().residual(present.getOrDefault(entry.getKey(), 0L))))
                .sum();
    }

    List<CoreSnapshot.Hop> snapshot(List<Held> jobs) {
        Map<HopLedger.Key, Long> present = present(jobs);
        List<CoreSnapshot.Hop> hops = new ArrayList<>();
        ledgers.forEach((key, ledger) -> hops.add(ledger.snapshot(present.getOrDefault(key, 0L))));
        return hops;
    }

    private static Map<HopLedger.Key, Long> present(List<Held> jobs) {
        Map<HopLedger.Key, Long> present = new HashMap<>();
        for (Held job : jobs) {
            if (job.present() && job.ledger != null) {
                present.merge(new HopLedger.Key(job.job.chain(), job.stage), 1L, Long::sum);
            }
        }
        return present;
    }
}

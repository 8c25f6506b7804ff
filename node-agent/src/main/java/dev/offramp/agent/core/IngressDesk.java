package dev.offramp.agent.core;

import dev.offramp.agent.core.AgentEffect.Refusal;
import dev.offramp.agent.core.OrderDraw.Assignment;
import dev.offramp.partition.Chain;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.job.JobId;
import dev.offramp.partition.job.Outcome;
import dev.offramp.partition.job.Timings;
import dev.offramp.partition.policy.Policy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Where frames become jobs and jobs become answers: policies, the draw of orders, and the ledger of every service. */
final class IngressDesk {
    private record Open(
            long ticket,
            ServiceId service,
            Optional<Assignment> told,
            long epoch,
            OptionalInt truth,
            long arrivedNanos) {
        long policyVersion() {
            return told.map(Assignment::policyVersion).orElse(0L);
        }

        Optional<ChainId> chain() {
            return told.map(assigned -> assigned.chain().id());
        }
    }

    private final AgentLimits limits;
    private final Policies policies = new Policies();
    private final Map<ServiceId, Map<Integer, OrderDraw>> draws = new HashMap<>();
    private final Map<ServiceId, IngressLedger> ledgers = new TreeMap<>();
    private final Map<JobId, Open> open = new LinkedHashMap<>();
    private final Map<ServiceId, Integer> inFlight = new HashMap<>();
    private long sequence;
    private boolean draining;

    IngressDesk(AgentLimits limits) {
        this.limits = limits;
    }

    /** Empty: applied; else why not. */
    String apply(Policy policy, Optional<Service> active) {
        return policies.take(policy, active);
    }

    void drain() {
        draining = true;
    }

    boolean isDraining() {
        return draining;
    }

    /** Why no frame is taken at the moment, whatever it is. */
    Optional<Refusal> closed() {
        if (draining) {
            return Optional.of(Refusal.DRAINING);
        }
        return open.size() >= limits.inFlightJobs() ? Optional.of(Refusal.BUSY) : Optional.empty();
    }

    /**
     * Draws orders among the chains of the policy that the placement has and that {@code usable} lets through. Where a
     * service has several ingresses, the others are taken to have as many jobs in flight as this one.
     */
    Optional<Assignment> assign(Service service, Predicate<Chain> usable) {
        int others = inFlight.getOrDefault(service.id(), 0)
                * Math.max(1, service.ingress().size());
        return policies.inUse(service).flatMap(policy -> {
            int step = policy.stepAt(others);
            return draws.computeIfAbsent(service.id(), id -> new HashMap<>())
                    .computeIfAbsent(step, index -> new OrderDraw())
                    .next(policy, step, service, usable);
        });
    }

    /** The frame is accepted: from here on it has exactly one outcome. */
    JobId accept(AgentEvent.FrameArrived frame, long epoch, Optional<Assignment> assignment) {
        JobId id = new JobId(limits.node(), limits.incarnation(), ++sequence);
        IngressLedger ledger = ledger(frame.service());
        ledger.accepted();
        assignment.ifPresent(assigned -> ledger.told(assigned.step()));
        inFlight.merge(frame.service(), 1, Integer::sum);
        open.put(id, new Open(frame.ticket(), frame.service(), assignment, epoch, frame.truth(), frame.arrivedNanos()));
        return id;
    }

    /** The answer to the frame; a job has one. */
    AgentEffect.Answer decide(JobId id, Outcome outcome, Timings timings, long nowNanos) {
        Open job = open.remove(id);
        if (job == null) {
            throw new IllegalStateException("%s has no frame that waits for an answer".formatted(id));
        }
        inFlight.merge(job.service(), -1, Integer::sum);
        long latency = nowNanos - job.arrivedNanos();
        IngressLedger ledger = ledger(job.service());
        ledger.decided(outcome, job.truth(), timings, job.policyVersion(), latency);
        job.told().ifPresent(told -> ledger.observed(told, job.epoch(), outcome, job.truth(), latency));
        return new AgentEffect.Answer(
                job.ticket(),
                id,
                job.service(),
                job.chain(),
                job.epoch(),
                job.policyVersion(),
                outcome,
                timings,
                latency);
    }

    private IngressLedger ledger(ServiceId service) {
        return ledgers.computeIfAbsent(service, IngressLedger::new);
    }

    boolean hasOpenJobsUpTo(long epoch) {
        return open.values().stream().anyMatch(job -> job.epoch() <= epoch);
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    Map<ServiceId, Long> policyVersions() {
        return policies.versions();
    }

    long residual() {
        long sum = 0;
        for (Map.Entry<ServiceId, IngressLedger> entry : ledgers.entrySet()) {
            sum += Math.abs(entry.getValue().residual(inFlight.getOrDefault(entry.getKey(), 0)));
        }
        return sum;
    }

    List<CoreSnapshot.Ingress> snapshot() {
        List<CoreSnapshot.Ingress> result = new ArrayList<>();
        ledgers.forEach((service, ledger) -> result.add(ledger.snapshot(inFlight.getOrDefault(service, 0))));
        return result;
    }
}

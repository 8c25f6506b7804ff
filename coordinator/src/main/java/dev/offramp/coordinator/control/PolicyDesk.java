package dev.offramp.coordinator.control;

import dev.offramp.coordinator.scheduling.Schedulers;
import dev.offramp.partition.Chain;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.Placement;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.ChainMix;
import dev.offramp.partition.policy.Policy;
import dev.offramp.partition.policy.ThresholdMix;
import dev.offramp.partition.policy.Thresholds;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Keeps what operators want and tells the nodes what follows from it. Stateless. */
final class PolicyDesk {
    /** Of the jobs, once a scheduler rules, unless the operator has set a share: enough to keep a profile up to date. */
    static final double SHADOW_SHARE = 0.02;

    private PolicyDesk() {}

    /** Newer than every version that the coordinator or any node has seen. */
    static long nextVersion(Durable durable, ServiceId service) {
        return Math.max(
                        Optional.ofNullable(durable.policies().get(service))
                                .map(policy -> policy.effective().version())
                                .orElse(0L),
                        seenByNodes(durable, service))
                + 1;
    }

    private static long seenByNodes(Durable durable, ServiceId service) {
        return durable.nodes().values().stream()
                .mapToLong(node -> node.seen().policies().getOrDefault(service, 0L))
                .max()
                .orElse(0);
    }

    /** Answers an operator. */
    static void request(ControlState state, long ticket, PolicyRequest request) {
        state.answer(ticket, decide(state, request));
    }

    private static Reply decide(ControlState state, PolicyRequest request) {
        Optional<Service> service = target(state.durable()).service(request.service());
        ServicePolicy known = state.durable().policies().get(request.service());
        if (service.isEmpty() || known == null) {
            return notPlaced(state, request.service());
        }
        long version = known.effective().version();
        if (request.expectedVersion() != 0 && request.expectedVersion() != version) {
            return new Reply.Refused(
                    Reply.Kind.CONFLICT,
                    "policy of %s is at version %d, not %d: somebody changed it in between\nLook at it with 'offramp policy get %s' and set it again"
                            .formatted(request.service(), version, request.expectedVersion(), request.service()));
        }
        String problems = PolicyProblems.of(request, service.get());
        if (!problems.isEmpty()) {
            return new Reply.Refused(Reply.Kind.INVALID, problems);
        }
        long next = nextVersion(state.durable(), request.service());
        Policy wish = PolicyRule.wish(request, next);
        if (!request.keepsScheduler()) {
            state.keep(state.durable().withChoice(request.service(), Optional.empty()));
        }
        if (PolicyRule.sameOrders(wish, known.intent())) {
            return new Reply.PolicyKept(version);
        }
        state.keep(state.durable().withPolicy(new ServicePolicy(wish, known.effective())));
        refresh(state);
        return new Reply.PolicyKept(next);
    }

    private static Reply.Refused notPlaced(ControlState state, ServiceId service) {
        return new Reply.Refused(
                Reply.Kind.NOT_FOUND,
                "service '%s' is not placed: expected one of %s"
                        .formatted(
                                service,
                                target(state.durable()).services().stream()
                                        .map(Service::id)
                                        .toList()));
    }

    /**
     * Answers an operator who wants a scheduler to set a policy, or none.
     *
     * @param profiled whether the exit profile of a service is known
     */
    static void choose(ControlState state, ControlEvent.SchedulerRequested request, Predicate<Service> profiled) {
        state.answer(request.ticket(), chosen(state, request, profiled));
    }

    private static Reply chosen(
            ControlState state, ControlEvent.SchedulerRequested request, Predicate<Service> profiled) {
        Optional<Service> service = target(state.durable()).service(request.service());
        ServicePolicy known = state.durable().policies().get(request.service());
        if (service.isEmpty() || known == null) {
            return notPlaced(state, request.service());
        }
        boolean blind = request.choice()
                .filter(choice -> Schedulers.needsProfile(choice.scheduler()))
                .filter(choice -> !profiled.test(service.get()))
                .isPresent();
        if (blind) {
            return new Reply.Refused(
                    Reply.Kind.INVALID,
                    "scheduler '%s' needs to know how the exits of %s behave, and its model came without profile.csv\nMake one with 'offramp profile exits', put it beside the model and push it again, or choose one of %s"
                            .formatted(
                                    request.choice().orElseThrow().scheduler(),
                                    request.service(),
                                    Schedulers.NAMES.stream()
                                            .filter(name -> !Schedulers.needsProfile(name))
                                            .toList()));
        }
        boolean begins =
                request.choice().isPresent() && !state.durable().choices().containsKey(request.service());
        state.keep(state.durable().withChoice(request.service(), request.choice()));
        if (begins && known.intent().shadowShare() == 0 && profiled.test(service.get())) {
            long next = nextVersion(state.durable(), request.service());
            state.keep(state.durable()
                    .withPolicy(new ServicePolicy(
                            new Policy(request.service(), next, known.intent().steps(), SHADOW_SHARE),
                            known.effective())));
            refresh(state);
        }
        return new Reply.PolicyKept(
                Objects.requireNonNull(state.durable().policies().get(request.service()))
                        .effective()
                        .version());
    }

    /**
     * A scheduler's policy of a service; chains that it leaves out stay known, without jobs. The share of shadow jobs is
     * the operator's.
     */
    static long steer(ControlState state, ServiceId id, Policy policy) {
        Durable durable = state.durable();
        ServicePolicy known = Objects.requireNonNull(durable.policies().get(id));
        long next = nextVersion(durable, id);
        List<Chain> chains = target(durable).service(id).orElseThrow().chains();
        List<Policy.Step> steps = policy.steps().stream()
                .map(step -> completed(step, chains, known.intent()))
                .toList();
        Policy wish = new Policy(id, next, steps, known.intent().shadowShare());
        if (!PolicyRule.sameOrders(wish, known.intent())) {
            state.keep(durable.withPolicy(new ServicePolicy(wish, known.effective())));
            refresh(state);
        }
        return Objects.requireNonNull(state.durable().policies().get(id))
                .effective()
                .version();
    }

    private static Policy.Step completed(Policy.Step step, List<Chain> chains, Policy before) {
        SortedMap<ChainId, Double> weights = new TreeMap<>(step.mix().probabilities());
        Map<ChainId, ThresholdMix> thresholds = new HashMap<>(step.thresholds());
        for (Chain chain : chains) {
            ThresholdMix closed = ThresholdMix.of(Thresholds.closed(chain.exits()));
            weights.putIfAbsent(chain.id(), 0.0);
            thresholds.putIfAbsent(chain.id(), before.thresholds().getOrDefault(chain.id(), closed));
        }
        return new Policy.Step(step.fromInFlight(), new ChainMix(weights), thresholds);
    }

    /** The placement that new policies are for. */
    private static Placement target(Durable durable) {
        return durable.rollout()
                .filter(rollout -> rollout.phase() == Rollout.Phase.ACTIVATING)
                .map(Rollout::target)
                .orElse(durable.active());
    }

    /** Brings every effective policy up to date with wishes, placements and nodes, and tells the agents. */
    static void refresh(ControlState state) {
        for (ServicePolicy known : state.durable().policies().values()) {
            refresh(state, known);
        }
    }

    private static void refresh(ControlState state, ServicePolicy known) {
        Durable durable = state.durable();
        ServiceId service = known.intent().service();
        List<Map<ChainId, Chain>> placements = List.of(
                PolicyRule.chains(durable.active().service(service)),
                PolicyRule.chains(target(durable).service(service)));
        boolean outdated =
                Math.max(seenByNodes(durable, service), known.intent().version())
                        > known.effective().version();
        if (placements.stream().allMatch(Map::isEmpty) && !outdated) {
            return;
        }
        Policy effective = PolicyRule.effective(
                known,
                placements,
                chain -> chain.hops().stream().allMatch(hop -> state.isUsable(hop.node())),
                Math.max(nextVersion(durable, service), known.intent().version()));
        if (outdated || !PolicyRule.sameOrders(effective, known.effective())) {
            state.keep(state.durable().withPolicy(new ServicePolicy(known.intent(), effective)));
            state.broadcast(new NodeCommand.ApplyPolicy(effective));
        }
    }
}

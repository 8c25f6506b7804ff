package dev.offramp.coordinator.control.pilot;

import dev.offramp.coordinator.cluster.NodeReport;
import dev.offramp.coordinator.scheduling.Schedulers;
import dev.offramp.coordinator.scheduling.Schedulers.Manner;
import dev.offramp.partition.Chain;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.Hop;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Policy;
import dev.offramp.partition.policy.Thresholds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sets the policies of the services for which an operator has chosen a scheduler. Every window: what has changed since the
 * last decision? If something has, the scheduler is asked, for all services with the same choice together, and a new policy
 * goes out if that promises more than {@link #MARGIN}, or much more in a surge. Then it watches whether what was predicted comes true. Confined.
 */
public final class Autopilot {
    /** Telemetry is looked at this often, two reports of every node; at once if the arrivals jump. */
    public static final Duration WINDOW = Duration.ofSeconds(2);

    /** A new policy has to promise so much more by the objective, which is right answers per accepted job. */
    public static final double MARGIN = 0.01;

    /** Or so much more should the load step up, without promising less as things are. */
    private static final double SURGE_MARGIN = 0.05;

    private final WindowCounter counter = new WindowCounter();
    private final SortedMap<ServiceId, ServicePilot> pilots = new TreeMap<>();
    private final Map<Long, Asked> asked = new HashMap<>();
    private SortedMap<ServiceId, List<Decision>> decisions = new TreeMap<>();
    private Window last = Window.empty();
    private long closedNanos;
    private long requests;

    /** What is on its way from a scheduler. */
    private record Asked(PlanRequest request, Map<ServiceId, Trigger> triggers) {}

    public Autopilot(long nowNanos) {
        closedNanos = nowNanos;
        // An answer to an autopilot before this one must not be taken for one to it.
        requests = nowNanos;
    }

    /** A node reported. */
    public void heard(NodeId node, NodeReport report) {
        counter.heard(node, report);
        report.ended().forEach(job -> Optional.ofNullable(pilots.get(job.chain().service()))
                .ifPresent(pilot -> pilot.ended(job)));
    }

    /** A node's process is another one. */
    public void forget(NodeId node) {
        counter.forget(node);
    }

    /** An operator has chosen, be it what was chosen before. */
    public void chosen(ServiceId service) {
        Optional.ofNullable(pilots.get(service)).ifPresent(ServicePilot::chosen);
    }

    /** Time has passed; what schedulers are to be asked. */
    public List<PlanRequest> tick(long nowNanos, Cluster cluster) {
        boolean jumps = jumps(cluster);
        if (!jumps && nowNanos - closedNanos < WINDOW.toNanos()) {
            return List.of();
        }
        closedNanos = nowNanos;
        List<Service> services = cluster.services();
        if (jumps) {
            count(counter.closeBeforeLatest(), services, cluster);
        }
        count(counter.close(), services, cluster);
        pilots.forEach((service, pilot) -> pilot.setDispersion(counter.dispersion(service)));
        Map<SchedulerChoice, List<Service>> groups = new LinkedHashMap<>();
        for (Service service : services) {
            ServicePilot pilot = pilot(service.id());
            SchedulerChoice choice = cluster.choices().get(service.id());
            if (choice != null && pilot.isAwake()) {
                groups.computeIfAbsent(choice, key -> new ArrayList<>()).add(service);
            }
        }
        List<PlanRequest> questions = new ArrayList<>();
        groups.forEach((choice, group) -> look(choice, group, nowNanos, cluster).ifPresent(questions::add));
        publish();
        return questions;
    }

    /** Whether so many or so few jobs come since the report before that this alone is beyond doubt. */
    private boolean jumps(Cluster cluster) {
        Window latest = counter.latest();
        return cluster.services().stream()
                .anyMatch(service -> pilots.containsKey(service.id())
                        && isHeardOfAll(latest, service, cluster)
                        && pilot(service.id()).jumps(latest));
    }

    /** Whether the window counts what arrived at every ingress. */
    private static boolean isHeardOfAll(Window window, Service service, Cluster cluster) {
        return service.ingress().stream().filter(cluster::isUsable).allMatch(window.jobsAt()::containsKey);
    }

    private void count(Window window, List<Service> services, Cluster cluster) {
        last = window;
        for (Service service : services) {
            ServicePilot pilot = pilots.computeIfAbsent(service.id(), ServicePilot::new);
            pilot.look(service, cluster);
            pilot.count(window, isHeardOfAll(window, service, cluster), cluster.isInForce(service.id()));
        }
        if (!services.isEmpty()) {
            Set<ServiceId> placed = services.stream().map(Service::id).collect(Collectors.toSet());
            pilots.keySet().retainAll(placed);
            counter.keep(placed);
        }
    }

    private Optional<PlanRequest> look(SchedulerChoice choice, List<Service> group, long nowNanos, Cluster cluster) {
        boolean isAsked =
                asked.values().stream().anyMatch(one -> one.request().choice().equals(choice));
        if (isAsked) {
            return Optional.empty();
        }
        Manner manner = Schedulers.mannerOf(choice.scheduler());
        Map<ServiceId, Trigger> triggers = new TreeMap<>();
        for (Service service : group) {
            ServicePilot pilot = pilot(service.id());
            Optional<Trigger> trigger = pilot.trigger(manner == Manner.REACTING);
            if (trigger.isPresent() && trigger.get() == Trigger.WRONG_PREDICTION) {
                if (pilot.suspect()) {
                    trigger = pilot.trigger(false);
                } else {
                    refuted(service.id(), manner, nowNanos, cluster);
                    trigger = Optional.empty();
                }
            }
            trigger.ifPresent(one -> triggers.put(service.id(), one));
        }
        return triggers.isEmpty() ? Optional.empty() : Optional.of(ask(choice, group, triggers, cluster));
    }

    private PlanRequest ask(
            SchedulerChoice choice, List<Service> group, Map<ServiceId, Trigger> triggers, Cluster cluster) {
        PlanRequest request = request(
                ++requests, choice, group, cluster, (service, orders, ordered, shadowShare) -> pilot(service.id())
                        .ask(service, orders, ordered, shadowShare, Optional.ofNullable(triggers.get(service.id()))));
        asked.put(request.id(), new Asked(request, Map.copyOf(triggers)));
        return request;
    }

    /** What a scheduler would be told of these services now; nobody is asked. */
    public PlanRequest describe(Set<ServiceId> services, Cluster cluster) {
        List<Service> known = cluster.services().stream()
                .filter(service -> services.contains(service.id()) && pilots.containsKey(service.id()))
                .toList();
        return request(
                0,
                SchedulerChoice.of(Schedulers.NAMES.getFirst()),
                known,
                cluster,
                (service, orders, ordered, shadowShare) ->
                        pilot(service.id()).describe(service, orders, ordered, shadowShare));
    }

    private interface CaseOf {
        PlanRequest.Case of(Service service, Orders inForce, Orders ordered, double shadowShare);
    }

    private PlanRequest request(long id, SchedulerChoice choice, List<Service> group, Cluster cluster, CaseOf maker) {
        List<PlanRequest.Case> cases = new ArrayList<>();
        Map<NodeId, Integer> capacities = new HashMap<>();
        for (Service service : group) {
            List<Chain> usable = ServicePilot.usable(service, cluster);
            Optional<Policy> policy = cluster.policy(service.id());
            cases.add(maker.of(
                    service,
                    ordersOver(usable, policy),
                    ordersOver(usable, policy.map(one -> one.withShadowShare(0))),
                    policy.map(Policy::shadowShare).orElse(0.0)));
            usable.stream()
                    .flatMap(chain -> chain.hops().stream())
                    .map(Hop::node)
                    .forEach(node -> cluster.capacity(node).ifPresent(jobs -> capacities.put(node, jobs)));
        }
        return new PlanRequest(id, choice, cases, capacities, estimates(group));
    }

    private Estimates estimates(List<Service> group) {
        Set<ServiceId> own = new HashSet<>();
        Estimates estimates = new Estimates(
                new HashMap<>(),
                new HashMap<>(),
                new HashMap<>(),
                new HashMap<>(),
                last.jobsAt(),
                new HashMap<>(),
                counter.links(),
                counter.travelling());
        for (Service service : group) {
            own.add(service.id());
            pilot(service.id()).estimates(estimates);
        }
        last.hops()
                .forEach((node, hops) -> hops.forEach((hop, served) -> {
                    if (!own.contains(hop.chain().service())) {
                        estimates.busyElsewhere().merge(node, served.busy(), Double::sum);
                    }
                }));
        return estimates;
    }

    /** What jobs are told now, over the chains that they can take. */
    private static Orders ordersOver(List<Chain> usable, Optional<Policy> policy) {
        Set<ChainId> ids = new HashSet<>();
        usable.forEach(chain -> ids.add(chain.id()));
        List<Orders.Alternative> closed = usable.stream()
                .map(chain -> new Orders.Alternative(chain.id(), Thresholds.closed(chain.exits()), 1.0 / usable.size()))
                .toList();
        return policy.map(one -> new Orders(Orders.of(one).steps().stream()
                        .map(step -> new Orders.Step(step.fromInFlight(), over(ids, step.alternatives(), closed)))
                        .toList()))
                .orElseGet(() -> Orders.mix(closed));
    }

    private static List<Orders.Alternative> over(
            Set<ChainId> usable, List<Orders.Alternative> all, List<Orders.Alternative> otherwise) {
        List<Orders.Alternative> kept =
                all.stream().filter(one -> usable.contains(one.chain())).toList();
        if (kept.size() == all.size()) {
            return all;
        }
        double sum = kept.stream().mapToDouble(Orders.Alternative::probability).sum();
        return sum > 0
                ? kept.stream()
                        .map(one -> new Orders.Alternative(one.chain(), one.thresholds(), one.probability() / sum))
                        .toList()
                : otherwise;
    }

    /** A scheduler has answered. */
    public void planned(Plan plan, long nowNanos, Cluster cluster) {
        Asked question = asked.remove(plan.request());
        if (question == null) {
            return;
        }
        for (PlanRequest.Case one : question.request().cases()) {
            boolean stillWanted = cluster.services().contains(one.service())
                    && question.request()
                            .choice()
                            .equals(cluster.choices().get(one.service().id()));
            if (!stillWanted) {
                question.triggers().forEach((service, trigger) -> pilot(service).again(trigger));
                return;
            }
        }
        switch (plan) {
            case Plan.Failed failed ->
                question.triggers().forEach((service, trigger) -> pilot(service)
                        .failed(decision(
                                service,
                                nowNanos,
                                trigger,
                                question,
                                Decision.Action.FAILED,
                                version(service, cluster),
                                failed.why())));
            case Plan.Made made -> made(made, question, nowNanos, cluster);
        }
        publish();
    }

    private void made(Plan.Made made, Asked question, long nowNanos, Cluster cluster) {
        Manner manner = Schedulers.mannerOf(question.request().choice().scheduler());
        boolean chosen = question.triggers().containsValue(Trigger.CHOSEN);
        boolean worth = manner != Manner.PREDICTING || chosen || isWorthIt(made);
        for (PlanRequest.Case one : question.request().cases()) {
            ServiceId service = one.service().id();
            Plan.OfService own =
                    java.util.Objects.requireNonNull(made.services().get(service));
            Trigger trigger = question.triggers().get(service);
            boolean push = worth && !sameOrders(Orders.of(own.policy()), one.inForce());
            Optional<Policy> before = cluster.policy(service);
            if (push) {
                long version = cluster.push(service, own.policy());
                pilot(service)
                        .decided(
                                decided(service, nowNanos, trigger, question, made, Decision.Action.PUSHED, version),
                                own,
                                true,
                                manner == Manner.PREDICTING ? before : Optional.empty());
            } else if (trigger == null || trigger == Trigger.WINDOW) {
                pilot(service).keptSilently();
            } else {
                pilot(service)
                        .decided(
                                decided(
                                        service,
                                        nowNanos,
                                        trigger,
                                        question,
                                        made,
                                        Decision.Action.KEPT,
                                        version(service, cluster)),
                                own,
                                false,
                                Optional.empty());
            }
        }
    }

    private static boolean isWorthIt(Plan.Made made) {
        double gain = made.gain().orElse(0);
        return gain > MARGIN || (gain > -MARGIN / 4 && made.gainInSurge().orElse(0) > SURGE_MARGIN);
    }

    private static boolean sameOrders(Orders one, Orders other) {
        return one.steps().stream()
                .map(Autopilot::merged)
                .toList()
                .equals(other.steps().stream().map(Autopilot::merged).toList());
    }

    /** Shares in millionths, so that rounding makes no difference. */
    private static Map<List<Object>, Long> merged(Orders.Step step) {
        Map<List<Object>, Long> merged = new HashMap<>();
        merged.put(List.of("from"), (long) step.fromInFlight());
        step.alternatives()
                .forEach(one -> merged.merge(
                        List.of(one.chain(), one.thresholds()), Math.round(1e6 * one.probability()), Long::sum));
        merged.values().removeIf(share -> share == 0);
        return merged;
    }

    /** What was predicted did not come, twice. */
    private void refuted(ServiceId service, Manner manner, long nowNanos, Cluster cluster) {
        ServicePilot pilot = pilot(service);
        Verification verification = pilot.verification().orElseThrow();
        SchedulerChoice choice =
                java.util.Objects.requireNonNull(cluster.choices().get(service));
        Optional<Policy> back = manner == Manner.PREDICTING ? verification.wayBack() : Optional.empty();
        String why = verification.explanation();
        Decision.Action action = back.isPresent() ? Decision.Action.FELL_BACK : Decision.Action.KEPT;
        long version = back.map(policy -> cluster.push(service, policy)).orElseGet(() -> version(service, cluster));
        Decision decision = new Decision(
                pilot.history().nextNumber(),
                nowNanos,
                Trigger.WRONG_PREDICTION,
                choice.scheduler(),
                pilot.arrivalRate(),
                Optional.empty(),
                Optional.empty(),
                OptionalDouble.empty(),
                action,
                version,
                back.isPresent() ? why + ": the policy before is back" : why + ": nothing better is known",
                Optional.empty(),
                "");
        if (back.isPresent()) {
            pilot.fellBack(decision);
        } else {
            pilot.stayed(decision);
        }
    }

    private Decision decided(
            ServiceId service,
            long nowNanos,
            @Nullable Trigger trigger,
            Asked question,
            Plan.Made made,
            Decision.Action action,
            long version) {
        Plan.OfService own = java.util.Objects.requireNonNull(made.services().get(service));
        return new Decision(
                pilot(service).history().nextNumber(),
                nowNanos,
                trigger == null ? question.triggers().values().iterator().next() : trigger,
                question.request().choice().scheduler(),
                pilot(service).arrivalRate(),
                action == Decision.Action.PUSHED ? own.forecast() : own.ifKept(),
                own.ifKept(),
                made.gain(),
                action,
                version,
                "",
                Optional.empty(),
                "");
    }

    private Decision decision(
            ServiceId service,
            long nowNanos,
            Trigger trigger,
            Asked question,
            Decision.Action action,
            long version,
            String note) {
        return new Decision(
                pilot(service).history().nextNumber(),
                nowNanos,
                trigger,
                question.request().choice().scheduler(),
                pilot(service).arrivalRate(),
                Optional.empty(),
                Optional.empty(),
                OptionalDouble.empty(),
                action,
                version,
                note,
                Optional.empty(),
                "");
    }

    private static long version(ServiceId service, Cluster cluster) {
        return cluster.policy(service).map(Policy::version).orElse(0L);
    }

    private ServicePilot pilot(ServiceId service) {
        return pilots.computeIfAbsent(service, ServicePilot::new);
    }

    private void publish() {
        SortedMap<ServiceId, List<Decision>> all = new TreeMap<>();
        pilots.forEach((service, pilot) -> all.put(service, pilot.history().all()));
        decisions = java.util.Collections.unmodifiableSortedMap(all);
    }

    /** What was decided, by service, from the oldest. Immutable. */
    public SortedMap<ServiceId, List<Decision>> decisions() {
        return decisions;
    }
}

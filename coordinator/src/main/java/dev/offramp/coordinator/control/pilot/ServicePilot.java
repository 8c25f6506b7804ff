package dev.offramp.coordinator.control.pilot;

import dev.offramp.coordinator.cluster.NodeReport;
import dev.offramp.coordinator.scheduling.Schedulers;
import dev.offramp.coordinator.simulation.Steering;
import dev.offramp.partition.Chain;
import dev.offramp.partition.Hop;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Policy;
import dev.offramp.partition.profile.ExitProfile;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is known and expected of one service, and what was decided about it. Confined. */
final class ServicePilot {
    /** Windows without a decision until the scheduler is asked anyway. */
    static final int REVIEW_WINDOWS = 60;
    /** The same after a decision that something new called for, whose estimates had few windows to go by. */
    static final int SECOND_LOOK_WINDOWS = 3;
    /** Windows with arrivals before the first question. */
    private static final int GATHERING_WINDOWS = 1;

    private static final double RATE_DEAD_BAND = 0.1;
    private static final double TIME_DEAD_BAND = 0.1;
    private static final double LEAVING_DEAD_BAND = 0.03;
    private static final double LEAST_DISPERSION = 0.1;
    private static final double LEAST_SCV = 0.01;
    private static final double LEAST_BERNOULLI = 0.02;
    private static final double LEAST_RATE = 0.5;
    private static final long LEAST_SERVED = 5;
    private static final int MAX_ENDED = 1024;
    /** Jobs that a share from the exit profile is worth. */
    private static final double PROFILE_WEIGHT = 500;

    /**
     * What a hop served in one or more windows.
     *
     * @param steps jobs told in them, by step of the policy
     * @param throughout whether the nodes acted on the newest policy all the time
     */
    private record Few(Window.Served served, double[] steps, boolean throughout) {
        Few plus(Few later) {
            return new Few(served.plus(later.served), sum(steps, later.steps), throughout && later.throughout);
        }
    }

    private final ServiceId id;
    private final History history = new History();
    private final Gauge arrivals = new Gauge();
    private final Map<HopId, Gauge> times = new TreeMap<>(ServicePilot::compare);
    private final Map<HopId, Gauge> scvs = new HashMap<>();
    /** What hops served lately, as long as it is too little to say anything. */
    private final Map<HopId, Few> few = new HashMap<>();

    private final Map<HopId, Gauge> leaving = new TreeMap<>(ServicePilot::compare);
    /** Where jobs are expected to leave; the gauges follow what is off it. */
    private ExitFlow flow = ExitFlow.NONE;
    /** Jobs by step of the policy since it is in force. */
    private double[] told = {};

    private double dispersion = 1;
    private long[] completed = new long[0];
    private int arrivalWindows;
    private int quietWindows;
    private int patience = SECOND_LOOK_WINDOWS;
    private boolean inForceBefore;
    private boolean doubtful;
    private @Nullable Service placed;
    private List<Chain> usableBefore = List.of();
    private @Nullable SchedulerChoice choice;
    private @Nullable Trigger pending;
    private @Nullable Verification verification;
    private Optional<ExitProfile> fitted = Optional.empty();
    /** Jobs that a scheduler may learn from, since it was asked last. */
    private final Deque<Steering.Fate> ended = new ArrayDeque<>();

    ServicePilot(ServiceId id) {
        this.id = id;
    }

    private static int compare(HopId one, HopId other) {
        int byChain = one.chain().compareTo(other.chain());
        return byChain != 0 ? byChain : Integer.compare(one.hop(), other.hop());
    }

    History history() {
        return history;
    }

    /** Somebody may have set the policy by hand in between. */
    void chosen() {
        choice = null;
    }

    /** What happened to placement, nodes and choice since the last window. */
    void look(Service service, Cluster cluster) {
        if (!service.equals(placed)) {
            if (placed != null) {
                forgetHops();
                raise(Trigger.PLACEMENT);
            }
            placed = service;
            usableBefore = usable(service, cluster);
        }
        List<Chain> usable = usable(service, cluster);
        if (!usable.equals(usableBefore)) {
            usableBefore = usable;
            raise(Trigger.NODES);
        }
        SchedulerChoice chosen = cluster.choices().get(id);
        if (!Objects.equals(chosen, choice)) {
            choice = chosen;
            pending = null;
            verification = null;
            ended.clear();
            if (chosen != null) {
                raise(Trigger.CHOSEN);
            }
        }
    }

    /** All of them, if jobs can pass none. */
    static List<Chain> usable(Service service, Cluster cluster) {
        List<Chain> usable = service.chains().stream()
                .filter(chain -> chain.hops().stream().map(Hop::node).allMatch(cluster::isUsable))
                .toList();
        return usable.isEmpty() ? service.chains() : usable;
    }

    private void raise(Trigger trigger) {
        if (pending == null) {
            pending = trigger;
        }
    }

    private void forgetHops() {
        arrivalWindows = 0;
        few.clear();
        times.clear();
        scvs.clear();
        fitted = Optional.empty();
        verify(null);
        expect(ExitFlow.NONE);
    }

    /** What the former verification found out is about nothing any more. */
    private void verify(@Nullable Verification next) {
        verification = next;
        if (pending == Trigger.WRONG_PREDICTION) {
            pending = null;
        }
    }

    private void expect(ExitFlow expected) {
        flow = expected;
        told = new double[0];
        leaving.clear();
        expected.hops().keySet().forEach(hop -> leaving.computeIfAbsent(hop, key -> new Gauge())
                .turnTo(0, PROFILE_WEIGHT));
    }

    /**
     * One window of counters.
     *
     * @param heardOfAll whether it counts what arrived at every ingress
     * @param inForce whether the nodes act on the newest policy at its end
     */
    void count(Window window, boolean heardOfAll, boolean inForce) {
        boolean throughout = inForce && inForceBefore;
        inForceBefore = inForce;
        quietWindows++;
        Window.Jobs jobs = window.of(id);
        Window.Arrivals arrived = window.arrivals().get(id);
        if (arrived != null && heardOfAll) {
            arrivalWindows += arrived.rate() > 0 ? 1 : 0;
            double expected = expectedRate(arrived.rate());
            arrivals.add(arrived.seconds(), arrived.rate(), variance(dispersion, expected), RATE_DEAD_BAND * expected);
            completed = jobs.completed();
        }
        double[] steps = Arrays.stream(jobs.toldByStep()).asDoubleStream().toArray();
        if (throughout) {
            told = sum(told, steps);
        }
        window.hops()
                .forEach((node, hops) -> hops.forEach((hop, served) -> {
                    if (isAt(hop, node)) {
                        count(hop, served, steps, throughout);
                    }
                }));
        Verification current = verification;
        if (current != null && throughout && !isAlarmed()) {
            current.add(window);
            history.replace(current.decision());
            if (current.isRefuted() && pending == null) {
                pending = Trigger.WRONG_PREDICTION;
            }
        }
    }

    private void count(HopId hop, Window.Served now, double[] steps, boolean throughout) {
        Few known = Objects.requireNonNull(few.merge(hop, new Few(now, steps, throughout), Few::plus));
        if (known.served().jobs() >= LEAST_SERVED) {
            few.remove(hop);
            countTimes(hop, known.served());
            if (known.throughout()) {
                countLeaving(hop, known.served(), known.steps());
            }
        }
    }

    /** A job completed. */
    void ended(NodeReport.JobReport job) {
        if (choice == null || !Schedulers.learnsFromJobs(choice.scheduler())) {
            return;
        }
        ended.add(new Steering.Fate(
                id, job.chain(), job.told(), job.confidences().size(), job.confidences(), job.seconds()));
        if (ended.size() > MAX_ENDED) {
            ended.remove();
        }
    }

    /** How irregularly jobs have come: variance over mean of their number in a second. */
    void setDispersion(double known) {
        dispersion = known;
    }

    private double expectedRate(double otherwise) {
        return Math.max(LEAST_RATE, arrivals.isKnown() ? arrivals.mean() : otherwise);
    }

    /** Of the number of jobs that come in a second. */
    private static double variance(double dispersion, double rate) {
        return Math.max(LEAST_DISPERSION, dispersion) * rate;
    }

    /** Whether what came in this window is beyond doubt another load than was expected. */
    boolean jumps(Window window) {
        Window.Arrivals arrived = window.arrivals().get(id);
        if (choice == null || arrived == null) {
            return false;
        }
        double expected = expectedRate(arrived.rate());
        return arrivals.jumps(
                arrived.seconds(), arrived.rate(), variance(dispersion, expected), RATE_DEAD_BAND * expected);
    }

    private void countTimes(HopId hop, Window.Served served) {
        Gauge time = times.computeIfAbsent(hop, key -> new Gauge());
        Gauge scv = scvs.computeIfAbsent(hop, key -> new Gauge());
        scv.add(served.weight(), served.scv(), 0, 0);
        double mean = time.isKnown() ? time.mean() : served.mean();
        time.add(served.weight(), served.mean(), Math.max(LEAST_SCV, scv.mean()) * mean * mean, TIME_DEAD_BAND * mean);
    }

    private void countLeaving(HopId hop, Window.Served served, double[] steps) {
        OptionalDouble expected = flow.leaving(hop, steps);
        if (expected.isEmpty() && flow.hops().containsKey(hop)) {
            return;
        }
        Gauge off = leaving.computeIfAbsent(hop, key -> new Gauge());
        double here = (double) served.completedHere() / served.jobs();
        double share = expected.orElse(off.isKnown() ? off.mean() : here);
        off.add(
                served.weight(),
                here - expected.orElse(0),
                Math.max(LEAST_BERNOULLI, share * (1 - share)),
                LEAVING_DEAD_BAND);
    }

    private static double[] sum(double[] one, double[] other) {
        double[] sum = Arrays.copyOf(one, Math.max(one.length, other.length));
        for (int i = 0; i < other.length; i++) {
            sum[i] += other[i];
        }
        return sum;
    }

    private boolean isAlarmed() {
        return arrivals.isAlarmed()
                || times.values().stream().anyMatch(Gauge::isAlarmed)
                || leaving.values().stream().anyMatch(Gauge::isAlarmed);
    }

    /**
     * What was predicted did not come: whether some quantity may have changed. Then that is taken to be the reason, and the
     * scheduler is asked with what is known now.
     */
    boolean suspect() {
        doubtful = arrivals.isSuspicious()
                || times.values().stream().anyMatch(Gauge::isSuspicious)
                || leaving.values().stream().anyMatch(Gauge::isSuspicious);
        pending = null;
        return doubtful;
    }

    /** While in doubt, a suspicion is enough. */
    private boolean hasChanged(Gauge gauge) {
        return doubtful ? gauge.isSuspicious() : gauge.isAlarmed();
    }

    /** Whether jobs have arrived since it was placed: else there is nothing to ask a scheduler with. */
    boolean isAwake() {
        return arrivalWindows >= GATHERING_WINDOWS;
    }

    /** A plan came too late; what it was for is not done. */
    void again(Trigger trigger) {
        if (trigger != Trigger.WINDOW) {
            raise(trigger);
        }
    }

    /** Why to ask the scheduler now; empty if there is no reason, or nothing to ask with. */
    Optional<Trigger> trigger(boolean reactsToWindows) {
        if (choice == null) {
            return Optional.empty();
        }
        if (pending != null) {
            return Optional.of(pending);
        }
        if (hasChanged(arrivals)) {
            return Optional.of(Trigger.LOAD);
        }
        if (times.values().stream().anyMatch(this::hasChanged)) {
            return Optional.of(Trigger.SERVICE_TIMES);
        }
        if (leaving.values().stream().anyMatch(this::hasChanged)) {
            return Optional.of(Trigger.EXITS);
        }
        if (reactsToWindows) {
            return Optional.of(Trigger.WINDOW);
        }
        return quietWindows >= patience ? Optional.of(Trigger.REVIEW) : Optional.empty();
    }

    /** The case for the scheduler. Where something has changed, what was before no longer counts. */
    PlanRequest.Case ask(
            Service service, Orders inForce, Orders ordered, double shadowShare, Optional<Trigger> trigger) {
        boolean reviewed = trigger.equals(Optional.of(Trigger.REVIEW));
        boolean refit = leaving.values().stream().anyMatch(this::hasChanged) || (reviewed && fitted.isPresent());
        if (trigger.isPresent()) {
            patience = reviewed ? REVIEW_WINDOWS : SECOND_LOOK_WINDOWS;
        }
        if (hasChanged(arrivals)) {
            arrivals.startAfresh();
        }
        times.values().stream().filter(this::hasChanged).forEach(Gauge::startAfresh);
        leaving.values().stream().filter(this::hasChanged).forEach(Gauge::startAfresh);
        pending = null;
        doubtful = false;
        quietWindows = 0;
        List<Steering.Fate> news = List.copyOf(ended);
        ended.clear();
        return new PlanRequest.Case(service, usableBefore, inForce, ordered, told, shadowShare, fitted, refit, news);
    }

    /** The case as it is known now, without a question. */
    PlanRequest.Case describe(Service service, Orders inForce, Orders ordered, double shadowShare) {
        return new PlanRequest.Case(
                service, usableBefore, inForce, ordered, told, shadowShare, fitted, false, List.of());
    }

    void estimates(Estimates into) {
        double rate = arrivals.isKnown() ? arrivals.mean() : 0;
        double error = arrivals.isKnown()
                ? Math.sqrt(Math.max(LEAST_DISPERSION, dispersion) * rate / arrivals.weight())
                : Double.POSITIVE_INFINITY;
        into.arrivals().put(id, new Estimates.Arrivals(rate, error, dispersion));
        into.completed().put(id, completed);
        times.forEach((hop, time) -> {
            Gauge scv = scvs.get(hop);
            into.times().put(hop, new Estimates.Times(time.mean(), scv == null ? 0 : scv.mean(), time.weight()));
        });
        leaving.forEach((hop, share) -> {
            if (share.isKnown()) {
                double here = flow.leaving(hop, told).orElse(0) + share.mean();
                into.leaving().put(hop, Math.max(0, Math.min(1, here)));
            }
        });
    }

    /** The plan is taken as it is decided; what it was made with is what is expected from now on. */
    void decided(Decision decision, Plan.OfService plan, boolean pushed, Optional<Policy> before) {
        history.add(decision);
        arrivals.settle();
        times.values().forEach(Gauge::settle);
        fitted = plan.fitted();
        expect(pushed ? plan.flow() : plan.flowInForce());
        SchedulerChoice chosen = choice;
        if (pushed) {
            inForceBefore = false;
        }
        if (chosen != null) {
            verify(new Verification(
                    id,
                    chosen,
                    decision,
                    pushed ? plan.accuracyByExit() : plan.accuracyByExitInForce(),
                    pushed ? before : Optional.empty()));
        }
    }

    /** The scheduler was asked because of another service, and nothing changed here. */
    void keptSilently() {
        arrivals.settle();
        times.values().forEach(Gauge::settle);
    }

    /** What is in force is not known to do anything in particular. */
    void fellBack(Decision decision) {
        history.add(decision);
        expect(ExitFlow.NONE);
        verification = null;
        pending = null;
        inForceBefore = false;
        quietWindows = 0;
        patience = REVIEW_WINDOWS;
    }

    /** Nothing was done, and for some time nothing will be. */
    void stayed(Decision decision) {
        history.add(decision);
        Verification current = verification;
        if (current != null) {
            current.end();
        }
        pending = null;
        quietWindows = 0;
        patience = REVIEW_WINDOWS;
    }

    void failed(Decision decision) {
        List<Decision> all = history.all();
        Decision last = all.isEmpty() ? null : all.get(all.size() - 1);
        boolean again = last != null
                && last.action() == Decision.Action.FAILED
                && last.note().equals(decision.note());
        if (!again) {
            history.add(decision);
        }
        pending = null;
        again(decision.trigger());
    }

    /** Whether the hop is placed there; jobs of the placement before may still be at other nodes. */
    private boolean isAt(HopId hop, NodeId node) {
        Service service = placed;
        return service != null
                && service.chains().stream()
                        .anyMatch(chain -> chain.id().equals(hop.chain())
                                && hop.hop() < chain.hops().size()
                                && chain.hops().get(hop.hop()).node().equals(node));
    }

    Optional<Verification> verification() {
        return Optional.ofNullable(verification);
    }

    double arrivalRate() {
        return arrivals.isKnown() ? arrivals.mean() : 0;
    }
}

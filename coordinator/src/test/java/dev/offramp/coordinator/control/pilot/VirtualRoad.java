package dev.offramp.coordinator.control.pilot;

import dev.offramp.coordinator.cluster.NodeReport;
import dev.offramp.coordinator.simulation.ArrivalProcess;
import dev.offramp.coordinator.simulation.ChainModel;
import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.ExitBehaviour;
import dev.offramp.coordinator.simulation.RandomStreams;
import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.coordinator.simulation.ServiceTime;
import dev.offramp.coordinator.simulation.Simulation;
import dev.offramp.coordinator.simulation.SimulationResult;
import dev.offramp.coordinator.simulation.Station;
import dev.offramp.coordinator.simulation.Steering;
import dev.offramp.coordinator.simulation.Visit;
import dev.offramp.coordinator.simulation.Workload;
import dev.offramp.partition.Chain;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.ElementType;
import dev.offramp.partition.Exit;
import dev.offramp.partition.Hop;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.Partition;
import dev.offramp.partition.Scores;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.TensorSpec;
import dev.offramp.partition.artifact.Digest;
import dev.offramp.partition.artifact.Preprocessing;
import dev.offramp.partition.policy.ChainMix;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Policy;
import dev.offramp.partition.policy.ThresholdMix;
import dev.offramp.partition.policy.Thresholds;
import dev.offramp.partition.profile.ExitProfile;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A cluster under an autopilot on virtual time: the simulator in place of the boards, which report once a second. Two chains
 * of three nodes; the second node is on both. Every phase of arrivals begins with empty queues.
 */
final class VirtualRoad implements Cluster {
    static final ServiceId SERVICE = new ServiceId("road");
    static final ChainId A = new ChainId(SERVICE, "a");
    static final ChainId B = new ChainId(SERVICE, "b");
    static final NodeId SHARED = new NodeId("shared");
    static final int CAPACITY = 8;
    private static final int EXITS = 3;
    private static final double OWN_SECONDS = 0.03;
    private static final double SHARED_SECONDS = 0.05;
    private static final long REPORT_NANOS = Duration.ofSeconds(1).toNanos();
    private static final double SCV = 0.02;

    final List<PlanRequest> questions = new ArrayList<>();
    final Set<NodeId> gone = new HashSet<>();
    final Autopilot autopilot = new Autopilot(0);
    Optional<SchedulerChoice> choice = Optional.empty();
    Policy policy = new Policy(
            SERVICE,
            1,
            ChainMix.of(Map.of(A, 0.5, B, 0.5)),
            Map.of(A, ThresholdMix.of(Thresholds.closed(EXITS)), B, ThresholdMix.of(Thresholds.closed(EXITS))));
    /** Nodes whose reports are late, though they work. */
    final Set<NodeId> late = new HashSet<>();

    /** As the nodes measure them; jobs take no time on any. */
    final Map<NodeId, List<NodeReport.LinkReport>> links = new HashMap<>();

    /** Questions wait until they are {@linkplain #answer answered}. */
    boolean isThinking;

    /** Another placement takes over. */
    boolean isMoving;

    /** Of jobs that would have been completed, so many are lost. */
    double misfortune;

    double slowness = 1;
    long nowNanos;

    /** Whether shadow jobs tell anything. */
    boolean isShadowed = true;

    /** Whether the network came with a profile of its exits. */
    boolean isProfiled = true;

    private final ExitProfile profile;
    private final Planner planner;
    private final RandomGenerator random;
    private final Service service = service();
    private final Map<HopId, double[]> hops = new HashMap<>();
    private final long[] completed = new long[EXITS];
    private ExitProfile reality;
    private ArrivalProcess arrivals = new ArrivalProcess.Poisson(1);
    private Simulation simulation;
    private double simulatedSeconds;
    private SimulationResult before;
    private final List<ShadowRow> shadows = new ArrayList<>();
    private final List<NodeReport.JobReport> ended = new ArrayList<>();
    private Orders running;
    private final List<Long> told = new ArrayList<>(Collections.nCopies(Policy.MAX_STEPS, 0L));
    private long accepted;
    private long lost;
    private long seed;

    VirtualRoad(long seed) {
        this.seed = seed;
        this.random = new RandomStreams(seed).stream("road");
        this.profile = Profiles.graded(2_000, EXITS, 1);
        this.reality = profile;
        this.planner =
                new Planner(new ObservedProfiles(
                        one -> isProfiled ? Optional.of(profile) : Optional.empty(),
                        one -> isShadowed ? shadows : List.of())::of);
        this.running = Orders.of(policy);
        this.simulation = begin();
        this.before = simulation.result();
    }

    /** Jobs per second at which the shared node is full if every job runs to the end. */
    static double capacity() {
        return 1 / SHARED_SECONDS;
    }

    void choose(String scheduler) {
        choice = Optional.of(SchedulerChoice.of(scheduler));
    }

    void arrive(ArrivalProcess process) {
        arrivals = process;
        restart();
    }

    void behave(ExitProfile exits) {
        reality = exits;
        restart();
    }

    void slowDown(double factor) {
        slowness = factor;
        restart();
    }

    private void restart() {
        simulation = begin();
        before = simulation.result();
        simulatedSeconds = 0;
    }

    private Simulation begin() {
        TreeMap<ServiceId, ArrivalProcess> all = new TreeMap<>(Map.of(SERVICE, arrivals));
        return Simulation.start(
                deployment(), new Workload(all), Map.of(SERVICE, running), telling(), new RandomStreams(++seed));
    }

    /** Decides nothing; the ingress hears of jobs that completed. */
    private Steering telling() {
        return new Steering() {
            @Override
            public void ended(Fate fate, View view) {
                if (fate.exit() > 0) {
                    ended.add(new NodeReport.JobReport(
                            fate.chain(), fate.thresholds(), fate.confidences(), fate.seconds()));
                }
            }
        };
    }

    /** The scheduler comes to an end with the newest question. */
    void answer() {
        isThinking = false;
        autopilot.planned(planner.plan(questions.getLast()), nowNanos, this);
    }

    /** Lets windows pass; schedulers answer at once, if they are not thinking. */
    void pass(int windows) {
        passSeconds(windows * Autopilot.WINDOW.toSeconds());
    }

    void passSeconds(long seconds) {
        for (long second = 0; second < seconds; second++) {
            nowNanos += REPORT_NANOS;
            simulate();
            report();
            for (PlanRequest question : autopilot.tick(nowNanos, this)) {
                questions.add(question);
                if (!isThinking) {
                    autopilot.planned(planner.plan(question), nowNanos, this);
                }
            }
        }
    }

    /** Lets windows pass; schedulers do not answer. */
    void passWithoutAnswers(int windows) {
        for (long t = 0; t < windows * Autopilot.WINDOW.toNanos(); t += REPORT_NANOS) {
            nowNanos += REPORT_NANOS;
            simulate();
        }
    }

    private void simulate() {
        simulatedSeconds += 1;
        simulation.runUntil(simulatedSeconds);
        SimulationResult now = simulation.result();
        SimulationResult.ServiceResult after = now.service(SERVICE);
        SimulationResult.ServiceResult then = before.service(SERVICE);
        long[] exits = new long[EXITS];
        long unlucky = 0;
        for (int exit = 1; exit <= EXITS; exit++) {
            long left = after.completed().completed(exit) - then.completed().completed(exit);
            long hit = Math.round(misfortune * left);
            unlucky += hit;
            exits[exit - 1] = left;
            completed[exit - 1] += left - hit;
        }
        accepted += after.accepted() - then.accepted();
        for (long job = then.accepted(); job < after.accepted(); job++) {
            if (random.nextDouble() < policy.shadowShare()) {
                shadows.add(Profiles.row(A, reality, random.nextInt(reality.samples()), false));
            }
        }
        for (int step = 0; step < after.toldByStep().size(); step++) {
            long earlier = step < then.toldByStep().size() ? then.toldByStep().get(step) : 0;
            told.set(step, told.get(step) + after.toldByStep().get(step) - earlier);
        }
        lost += after.queueFull() + after.expired() - then.queueFull() - then.expired() + unlucky;
        double all = Math.max(1, after.accepted() - then.accepted());
        for (SimulationResult.ChainResult chain : now.chains()) {
            SimulationResult.ChainResult earlier = before.chains().stream()
                    .filter(one -> one.id().equals(chain.id()))
                    .findFirst()
                    .orElseThrow();
            serve(chain, earlier, exits, (chain.accepted() - earlier.accepted()) / all);
        }
        before = now;
    }

    /** Exits are counted by service only: a chain gets its share of them. */
    private void serve(
            SimulationResult.ChainResult chain, SimulationResult.ChainResult earlier, long[] exits, double share) {
        double deeper = 0;
        for (int hop = EXITS - 1; hop >= 0; hop--) {
            double here = share * exits[hop];
            double served = here + deeper;
            double[] counters = hops.computeIfAbsent(new HopId(chain.id(), hop), id -> new double[4]);
            double mean = slowness * (hop == 1 ? SHARED_SECONDS : OWN_SECONDS);
            double noisy = served == 0 ? mean : mean * (1 + Math.sqrt(SCV / served) * random.nextGaussian());
            counters[0] += served;
            counters[1] += here;
            counters[2] += served * noisy * 1e9;
            counters[3] += served * noisy * noisy * (1 + SCV) * 1e18;
            deeper = served + chain.lostAtHop().get(hop) - earlier.lostAtHop().get(hop);
        }
    }

    private void report() {
        for (NodeId node : nodes()) {
            if (gone.contains(node) || late.contains(node)) {
                continue;
            }
            List<NodeReport.HopReport> served = new ArrayList<>();
            for (Chain chain : service.chains()) {
                for (int hop = 0; hop < chain.hops().size(); hop++) {
                    double[] counters = hops.get(new HopId(chain.id(), hop));
                    if (chain.hops().get(hop).node().equals(node) && counters != null) {
                        served.add(new NodeReport.HopReport(
                                chain.id(), hop, (long) counters[0], (long) counters[1], counters[2], counters[3]));
                    }
                }
            }
            List<Long> exits = new ArrayList<>();
            for (long one : completed) {
                exits.add(one);
            }
            autopilot.heard(
                    node,
                    new NodeReport(
                            nowNanos,
                            0,
                            served,
                            ingress(node, exits),
                            links.getOrDefault(node, List.of()),
                            service.ingress().indexOf(node) == 0 ? ended : List.of()));
        }
        ended.clear();
    }

    /** All frames come in at the first ingress. */
    private List<NodeReport.IngressReport> ingress(NodeId node, List<Long> exits) {
        return switch (service.ingress().indexOf(node)) {
            case 0 -> List.of(new NodeReport.IngressReport(SERVICE, accepted, List.copyOf(told), lost, exits, 0, 0));
            case 1 -> List.of(new NodeReport.IngressReport(SERVICE, 0, List.of(), 0, List.of(), 0, 0));
            default -> List.of();
        };
    }

    ExitProfile profile() {
        return profile;
    }

    /** Jobs, so far. */
    long lost() {
        return lost;
    }

    List<Decision> decisions() {
        return autopilot.decisions().getOrDefault(SERVICE, List.of());
    }

    /** For messages. */
    String story() {
        StringBuilder text = new StringBuilder();
        List<Decision> all = decisions();
        for (Decision decision : all.subList(Math.max(0, all.size() - 6), all.size())) {
            text.append("%n%4d s  %s, %s"
                    .formatted(decision.atNanos() / 1_000_000_000, decision.summary(), decision.verdict()));
        }
        return text.toString();
    }

    Decision newest() {
        return decisions().getLast();
    }

    private Set<NodeId> nodes() {
        Set<NodeId> nodes = new java.util.TreeSet<>();
        service.chains().forEach(chain -> chain.hops().forEach(hop -> nodes.add(hop.node())));
        return nodes;
    }

    private Deployment deployment() {
        List<ChainModel> chains = new ArrayList<>();
        for (Chain chain : service.chains()) {
            List<Visit> visits = new ArrayList<>();
            for (int hop = 0; hop < EXITS; hop++) {
                double mean = slowness * (hop == 1 ? SHARED_SECONDS : OWN_SECONDS);
                visits.add(
                        Visit.of(chain.hops().get(hop).node(), 0, new ServiceTime.Gamma(mean, SCV), List.of(hop + 1)));
            }
            chains.add(new ChainModel(chain.id(), visits));
        }
        ServiceModel model = new ServiceModel(
                SERVICE,
                Optional.empty(),
                new ExitBehaviour.Measured(reality == null ? profile : reality),
                Overflow.DROP_NEW,
                0,
                Double.POSITIVE_INFINITY,
                chains);
        return new Deployment(
                nodes().stream().map(node -> Station.of(node, CAPACITY)).toList(), List.of(), List.of(model));
    }

    private static Service service() {
        return new Service(
                SERVICE,
                List.of("empty", "taken"),
                new Preprocessing(8, 8, Preprocessing.Color.GRAY, List.of(0f), List.of(1f)),
                Scores.LOGITS,
                Overflow.DROP_NEW,
                Duration.ofSeconds(5),
                List.of(new NodeId("a-first"), new NodeId("b-first")),
                List.of(chain(A, "a-first", "a-last"), chain(B, "b-first", "b-last")));
    }

    private static Chain chain(ChainId id, String first, String last) {
        List<String> nodes = List.of(first, SHARED.value(), last);
        List<Hop> all = new ArrayList<>();
        for (int i = 0; i < EXITS; i++) {
            all.add(new Hop(
                    new NodeId(nodes.get(i)),
                    new Partition(
                            i,
                            Digest.of(("part " + i).getBytes(StandardCharsets.UTF_8)),
                            1,
                            edge(i),
                            i == EXITS - 1 ? Optional.empty() : Optional.of(edge(i + 1)),
                            List.of(new Exit(i + 1, "exit" + (i + 1))))));
        }
        return new Chain(id, all);
    }

    private static TensorSpec edge(int index) {
        return new TensorSpec("edge" + index, ElementType.FLOAT32, List.of(TensorSpec.BATCH, 4L + index));
    }

    @Override
    public List<Service> services() {
        return isMoving ? List.of() : List.of(service);
    }

    @Override
    public Map<ServiceId, SchedulerChoice> choices() {
        return choice.map(one -> Map.of(SERVICE, one)).orElse(Map.of());
    }

    @Override
    public Optional<Policy> policy(ServiceId id) {
        return Optional.of(policy);
    }

    @Override
    public boolean isInForce(ServiceId id) {
        return true;
    }

    @Override
    public boolean isUsable(NodeId node) {
        return !gone.contains(node);
    }

    @Override
    public OptionalInt capacity(NodeId node) {
        return OptionalInt.of(CAPACITY);
    }

    @Override
    public long push(ServiceId id, Policy pushed) {
        policy = new Policy(id, policy.version() + 1, pushed.steps(), pushed.shadowShare());
        running = Orders.of(policy);
        simulation.apply(Map.of(SERVICE, running));
        return policy.version();
    }
}

package dev.offramp.coordinator.cli.bench;

import dev.offramp.coordinator.cli.AgentDistribution;
import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.CoordinatorClient;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.process.ChildProcess;
import dev.offramp.coordinator.cli.process.Invitations;
import dev.offramp.coordinator.cli.process.LocalCoordinator;
import dev.offramp.coordinator.cli.process.ProcessTable;
import dev.offramp.coordinator.cli.process.WorkDirectory;
import dev.offramp.partition.Cut;
import dev.offramp.partition.HostPort;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.onnx.Cutter;
import dev.offramp.partition.onnx.Cutting;
import dev.offramp.partition.onnx.OnnxException;
import dev.offramp.partition.onnx.OnnxNetwork;
import dev.offramp.proto.v1.ApplyPlacementRequest;
import dev.offramp.proto.v1.ChainRequest;
import dev.offramp.proto.v1.ListNodesRequest;
import dev.offramp.proto.v1.Node;
import dev.offramp.proto.v1.Overflow;
import dev.offramp.proto.v1.ServiceRequest;
import dev.offramp.proto.v1.Snapshot;
import dev.offramp.proto.v1.WatchRequest;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A coordinator and two agents as processes on loopback: the first takes frames in, the second ends the chain. Agents are
 * not emulated and run with the launcher's settings. Confined to one thread.
 */
public final class BenchCluster implements AutoCloseable {
    static final String NETWORK = "cifar10";
    public static final String FIRST = "first";
    public static final String SECOND = "second";
    public static final String CHAIN = "a";

    private static final String TLS = "--tls";
    private static final String EVERY_INTERFACE = "0.0.0.0";

    private static final Duration STARTING = Duration.ofMinutes(2);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    /** Of frames; a former placement is retired so much after the last change. */
    static final Duration DEADLINE = Duration.ofSeconds(1);

    /** Until the former placements are retired: the frames that may still be under way, the coordinator's margin, and some. */
    static final Duration RETIRING = DEADLINE.plusMillis(1500);

    private static final Duration PLACING = Duration.ofSeconds(60);
    private static final Duration STOPPING = Duration.ofMinutes(2);
    private static final long POLL_NANOS = 50_000_000;

    @FunctionalInterface
    private interface Cuts {
        List<Cut> of(OnnxNetwork network) throws OnnxException;
    }

    private final WorkDirectory directory;
    private final ProcessTable processes;
    private final NanoClock clock;
    private final Pause pause;
    private final HostPort address;
    private final ChildProcess coordinator;
    private final CoordinatorClient client;
    private final Optional<Invitations> invitations;
    private final int ingressPort = LocalCoordinator.freePort();
    private int started;

    /** Starts the coordinator. */
    public BenchCluster(WorkDirectory directory, ProcessTable processes, NanoClock clock, Pause pause)
            throws CliException, IOException, InterruptedException {
        this(LocalCoordinator.LOOPBACK, LocalCoordinator.LOOPBACK, List.of(), directory, processes, clock, pause);
    }

    /** Starts the coordinator on every interface, for everybody; agents reach it under {@code host}, once that is there. */
    public BenchCluster(String host, WorkDirectory directory, ProcessTable processes, NanoClock clock, Pause pause)
            throws CliException, IOException, InterruptedException {
        this(EVERY_INTERFACE, host, List.of("--insecure"), directory, processes, clock, pause);
    }

    /** Starts the coordinator on loopback, with certificates; agents join it with tokens. */
    public static BenchCluster ofMembers(WorkDirectory directory, ProcessTable processes, NanoClock clock, Pause pause)
            throws CliException, IOException, InterruptedException {
        return new BenchCluster(
                LocalCoordinator.LOOPBACK, LocalCoordinator.LOOPBACK, List.of(TLS), directory, processes, clock, pause);
    }

    private BenchCluster(
            String bind,
            String host,
            List<String> more,
            WorkDirectory directory,
            ProcessTable processes,
            NanoClock clock,
            Pause pause)
            throws CliException, IOException, InterruptedException {
        this.directory = directory;
        this.processes = processes;
        this.clock = clock;
        this.pause = pause;
        this.address = new HostPort(host, LocalCoordinator.freePort());
        Path data = directory.folder("coordinator");
        this.coordinator = processes.start(
                "coordinator", LocalCoordinator.command(data, new HostPort(bind, address.port()), more));
        this.invitations = more.contains(TLS)
                ? Optional.of(Invitations.await(data, address, processes, clock, pause))
                : Optional.empty();
        this.client = CoordinatorClient.connect(address, ANSWER, invitations.map(Invitations::administrator));
    }

    /** Starts an agent; does not wait for it. An agent of that name has what it had the last time. */
    public ChildProcess start(String node, List<String> flags, UnaryOperator<List<String>> around)
            throws CliException, IOException {
        return start(node, flags, List.of(), around);
    }

    /**
     * The same with options of its own.
     *
     * @param flags of its virtual machine
     * @param around makes the command line that is run of the agent's
     */
    public ChildProcess start(String node, List<String> flags, List<String> more, UnaryOperator<List<String>> around)
            throws CliException, IOException {
        Path data = directory.folder(node);
        List<String> arguments = new ArrayList<>(
                List.of("--node", node, "--coordinator", address.toString(), "--data-dir", data.toString()));
        if (node.equals(FIRST)) {
            arguments.addAll(List.of("--http-port", String.valueOf(ingressPort)));
        }
        if (invitations.isPresent()) {
            arguments.addAll(
                    List.of("--token-file", invitations.get().agent(node, data).toString()));
        }
        arguments.addAll(more);
        started++;
        return processes.start(
                node + "-" + started, around.apply(AgentDistribution.locate().command(flags, arguments)));
    }

    ChildProcess start(String node) throws CliException, IOException {
        return start(node, List.of(), UnaryOperator.identity());
    }

    /** Starts an agent with options of its own. */
    public ChildProcess start(String node, List<String> options) throws CliException, IOException {
        return start(node, List.of(), options, UnaryOperator.identity());
    }

    /** Asks the agent to stop and waits until it has. */
    public void stop(ChildProcess agent) throws InterruptedException {
        agent.ask();
        agent.end(STOPPING.toNanos());
    }

    /** Waits until {@code count} agents have registered. */
    void awaitUp(int count) throws CliException, InterruptedException {
        awaitUp(count, node -> true);
    }

    /** Waits until these agents have registered. */
    public void awaitUp(Collection<String> agents) throws CliException, InterruptedException {
        awaitUp(agents.size(), node -> agents.contains(node.getRegistration().getNode()));
    }

    private void awaitUp(int count, Predicate<Node> which) throws CliException, InterruptedException {
        long end = clock.nanoTime() + STARTING.toNanos();
        while (up(which) < count) {
            if (clock.nanoTime() > end) {
                throw new CliException(
                        ExitCode.UNAVAILABLE,
                        "fewer than %d agents have registered within %d s\nMaybe their logs say why: keep them with --data"
                                .formatted(count, STARTING.toSeconds()));
            }
            pause.pause(POLL_NANOS);
        }
    }

    private long up(Predicate<Node> which) {
        try {
            return nodes().stream().filter(Node::getUp).filter(which).count();
        } catch (CliException e) {
            return 0;
        }
    }

    /** Cuts the network in {@code parts} of about equal cost and brings it to the coordinator. */
    void push(String name, int parts) throws CliException, InterruptedException {
        push(name, network -> Cutter.balanced(network, parts));
    }

    /** Cuts the network in two at {@code share} of its cuts, from 0 to below 1. */
    void pushCutAt(String name, double share) throws CliException, InterruptedException {
        push(
                name,
                network ->
                        List.of(network.cuts().get((int) (share * network.cuts().size()))));
    }

    private void push(String name, Cuts where) throws CliException, InterruptedException {
        Path file = network();
        try {
            OnnxNetwork network = OnnxNetwork.read(file);
            push(Cutter.cut(network, where.of(network)).named(new ServiceId(name)));
        } catch (IOException | OnnxException e) {
            throw new CliException(
                    ExitCode.ERROR, "the network %s cannot be used: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** Brings a network that is cut to the coordinator. */
    public void push(Cutting cutting) throws CliException, InterruptedException {
        var unused = client.push(cutting, Optional.empty());
    }

    /** Places the model's partitions on {@code nodes}, in order; returns when frames flow through them. */
    void place(String model, List<String> nodes) throws CliException {
        var unused = place(NETWORK, model, FIRST, nodes);
    }

    /** The same for any service and ingress; the epoch. */
    long place(String id, String model, String ingress, List<String> nodes) throws CliException {
        return place(List.of(service(id, model, ingress, nodes).build()));
    }

    /** A service of one chain that drops new jobs, with the usual deadline. */
    public static ServiceRequest.Builder service(String id, String model, String ingress, List<String> nodes) {
        return ServiceRequest.newBuilder()
                .setId(id)
                .setModel(model)
                .setOverflow(Overflow.DROP_NEW)
                .setDeadlineNanos(DEADLINE.toNanos())
                .addIngress(ingress)
                .addChains(ChainRequest.newBuilder().setName(CHAIN).addAllNodes(nodes));
    }

    /** Places these services and no others; the epoch. */
    public long place(List<ServiceRequest> services) throws CliException {
        ApplyPlacementRequest request =
                ApplyPlacementRequest.newBuilder().addAllServices(services).build();
        return client.call(stub -> stub.applyPlacement(request), PLACING).getEpoch();
    }

    /** A folder of the run's own; made where it is not there. */
    public Path folder(String name) throws IOException {
        return directory.folder(name);
    }

    public ChildProcess coordinator() {
        return coordinator;
    }

    /** Of the coordinator. */
    public HostPort address() {
        return address;
    }

    /** Where a node's neighbours reach it. */
    public HostPort dataAddress(String node) throws CliException {
        return HostPort.parse(node(node).getRegistration().getDataAddress());
    }

    /** What the coordinator knows of a node. */
    public Node node(String name) throws CliException {
        return nodes().stream()
                .filter(node -> node.getRegistration().getNode().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<Node> nodes() throws CliException {
        return client.call(stub -> stub.listNodes(ListNodesRequest.getDefaultInstance()))
                .getNodesList();
    }

    /** The network that is cut. */
    public static Path network() {
        return Path.of(System.getProperty("offramp.home", "."), "partitions", "models", NETWORK, NETWORK + ".onnx");
    }

    /** Where the first agent takes frames. */
    URI ingress() {
        return ingress(NETWORK);
    }

    /** The administrator's invitations; only with certificates. */
    public Invitations invitations() {
        return invitations.orElseThrow();
    }

    /** What the coordinator tells of the cluster now. */
    public Snapshot snapshot() throws CliException {
        return client.call(stub -> stub.watch(WatchRequest.getDefaultInstance()).next());
    }

    /** Where the first agent takes frames of a service. */
    public URI ingress(String service) {
        return URI.create(
                "http://%s:%d/v1/services/%s/frames".formatted(LocalCoordinator.LOOPBACK, ingressPort, service));
    }

    @Override
    public void close() {
        client.close();
    }
}

package dev.offramp.coordinator.cli.demo;

import dev.offramp.coordinator.cli.AgentDistribution;
import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.CoordinatorClient;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.MemberHttp;
import dev.offramp.coordinator.cli.process.Invitations;
import dev.offramp.coordinator.cli.process.LocalCoordinator;
import dev.offramp.coordinator.cli.process.ProcessTable;
import dev.offramp.coordinator.cli.process.WorkDirectory;
import dev.offramp.partition.HostPort;
import dev.offramp.proto.identity.LiveCredentials;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;

/** The demo's coordinator and agents, started and registered. Confined to the main thread. */
final class DemoCluster implements AutoCloseable {
    private static final Duration STARTING = Duration.ofMinutes(2);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final long POLL_NANOS = 100_000_000;

    private final HostPort coordinator;
    private final CoordinatorClient client;
    private final MemberHttp http;
    private final DemoControl control;
    private final SortedMap<String, DemoControl.Registered> nodes;
    private final NanoClock clock;
    private final Pause pause;

    private DemoCluster(
            HostPort coordinator,
            CoordinatorClient client,
            MemberHttp http,
            DemoControl control,
            SortedMap<String, DemoControl.Registered> nodes,
            NanoClock clock,
            Pause pause) {
        this.coordinator = coordinator;
        this.client = client;
        this.http = http;
        this.control = control;
        this.nodes = nodes;
        this.clock = clock;
        this.pause = pause;
    }

    HostPort coordinator() {
        return coordinator;
    }

    /** Starts every process and waits until all have registered; with certificates the coordinator comes first. */
    static DemoCluster start(WorkDirectory directory, ProcessTable processes, boolean tls, NanoClock clock, Pause pause)
            throws CliException, IOException, InterruptedException {
        HostPort address = new HostPort(LocalCoordinator.LOOPBACK, LocalCoordinator.freePort());
        Path data = directory.folder("coordinator");
        List<String> more = tls ? List.of("--tls") : List.of();
        processes.start("coordinator", LocalCoordinator.command(data, address, more));
        Optional<Invitations> invitations =
                tls ? Optional.of(Invitations.await(data, address, processes, clock, pause)) : Optional.empty();
        for (DemoPlan.Board board : DemoPlan.BOARDS) {
            String node = board.node().value();
            Path folder = directory.folder(node);
            List<String> arguments = new ArrayList<>(agent(board, folder, address));
            if (invitations.isPresent()) {
                arguments.addAll(List.of(
                        "--token-file", invitations.get().agent(node, folder).toString()));
            }
            processes.start(node, AgentDistribution.locate().command(arguments));
        }
        Optional<LiveCredentials> operator = invitations.map(Invitations::administrator);
        CoordinatorClient client = CoordinatorClient.connect(address, ANSWER, operator);
        try {
            DemoControl control = new DemoControl(client);
            return new DemoCluster(
                    address,
                    client,
                    new MemberHttp(operator),
                    control,
                    registered(control, processes, clock, pause),
                    clock,
                    pause);
        } catch (CliException | InterruptedException | RuntimeException e) {
            client.close();
            throw e;
        }
    }

    private static SortedMap<String, DemoControl.Registered> registered(
            DemoControl control, ProcessTable processes, NanoClock clock, Pause pause)
            throws CliException, InterruptedException {
        long end = clock.nanoTime() + STARTING.toNanos();
        while (true) {
            processes.refuseDead();
            Optional<SortedMap<String, DemoControl.Registered>> nodes = ask(control);
            long up = nodes.map(all -> all.values().stream()
                            .filter(DemoControl.Registered::up)
                            .count())
                    .orElse(0L);
            if (nodes.isPresent() && up == DemoPlan.BOARDS.size()) {
                return nodes.get();
            }
            if (clock.nanoTime() > end) {
                throw new CliException(
                        ExitCode.UNAVAILABLE,
                        "%d of %d agents have registered within %d s\nMaybe the machine is busy: look at the logs with --data"
                                .formatted(up, DemoPlan.BOARDS.size(), STARTING.toSeconds()));
            }
            pause.pause(POLL_NANOS);
        }
    }

    private static Optional<SortedMap<String, DemoControl.Registered>> ask(DemoControl control) {
        try {
            return Optional.of(control.nodes());
        } catch (CliException e) {
            return Optional.empty();
        }
    }

    private static List<String> agent(DemoPlan.Board board, Path data, HostPort coordinator) {
        return List.of(
                "--node", board.node().value(),
                "--coordinator", coordinator.toString(),
                "--data-dir", data.toString(),
                "--emulate", board.emulate(),
                "--capacity", String.valueOf(DemoPlan.CAPACITY_JOBS));
    }

    /** Waits until every agent is up again. */
    void awaitAll(ProcessTable processes) throws CliException, InterruptedException {
        var unused = registered(control, processes, clock, pause);
    }

    DemoControl control() {
        return control;
    }

    CoordinatorClient client() {
        return client;
    }

    SortedMap<String, DemoControl.Registered> nodes() {
        return nodes;
    }

    /** Where the ingress takes frames, {@code host:port}. */
    String ingressAddress() {
        return Objects.requireNonNull(nodes.get(DemoPlan.INGRESS.value()), "the ingress has not registered")
                .httpAddress();
    }

    /** Where the ingress takes frames. */
    URI frames() {
        return http.uri(ingressAddress(), "/v1/services/%s/frames".formatted(DemoPlan.SERVICE));
    }

    MemberHttp http() {
        return http;
    }

    @Override
    public void close() {
        client.close();
    }
}

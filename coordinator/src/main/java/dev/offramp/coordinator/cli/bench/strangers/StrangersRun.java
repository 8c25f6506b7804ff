package dev.offramp.coordinator.cli.bench.strangers;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.MemberHttp;
import dev.offramp.coordinator.cli.bench.BenchCluster;
import dev.offramp.coordinator.cli.bench.Frames;
import dev.offramp.coordinator.cli.bench.HttpLoad;
import dev.offramp.coordinator.cli.bench.network.BenchNetworks;
import dev.offramp.coordinator.cli.process.AgentPages;
import dev.offramp.coordinator.cli.process.ChildProcess;
import dev.offramp.coordinator.cli.process.ProcessTable;
import dev.offramp.partition.HostPort;
import dev.offramp.partition.onnx.Cutting;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Sends members' frames through two agents, by turns alone, beside a stranger, and flooded by it. Confined to one thread. */
final class StrangersRun {
    private static final int CAMERAS = 4;
    private static final double STEADY = 0.4;
    private static final int TARGETS = 3;
    private static final long SETTLING_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** Until both ends of a handshake run compiled code. */
    private static final double WARM_UP_SECONDS = 3;

    /** In which the processor time of the stranger's attempts is measured, after as long without them. */
    private static final double PRICING_SECONDS = 3;

    private static final double NANOS_PER_SECOND = 1e9;

    /** What members' frames have beside them. */
    private enum Load {
        QUIET,
        DECOY,
        FLOODED
    }

    /**
     * What is to be measured.
     *
     * @param rate of attempts, a second
     * @param nanos of each of the two ways in which a load sends frames
     * @param limit of strangers' attempts that are worth a handshake; empty leaves it as it is
     */
    record Wanted(List<Kind> kinds, double rate, int rounds, long nanos, Optional<Double> limit) {}

    private final Wanted wanted;
    private final BenchCluster cluster;
    private final ProcessTable processes;
    private final NanoClock clock;
    private final Pause pause;
    private final PrintWriter messages;
    private final List<ChildProcess> members = new ArrayList<>();

    StrangersRun(
            Wanted wanted,
            BenchCluster cluster,
            ProcessTable processes,
            NanoClock clock,
            Pause pause,
            PrintWriter messages) {
        this.wanted = wanted;
        this.cluster = cluster;
        this.processes = processes;
        this.clock = clock;
        this.pause = pause;
        this.messages = messages;
    }

    Strangers run() throws CliException, IOException, InterruptedException {
        MemberHttp http = new MemberHttp(Optional.of(cluster.invitations().administrator()));
        start();
        Disguises made = new Disguises(
                cluster.folder("coordinator").resolve("pki"), cluster.folder("strangers"), InstantSource.system());
        Map<Kind, List<String>> disguises = disguises(made);
        Decoy decoy = Decoy.start(TARGETS, made.decoy(), wanted.limit(), processes, clock, pause);
        URI frames = http.uri(httpAddress(BenchCluster.FIRST), "/v1/services/%s/frames".formatted(service()));
        try (AgentPages pages = new AgentPages(http);
                HttpLoad load = new HttpLoad(http.client(), frames, Frames.picture(), clock, pause)) {
            load.awaitReady();
            double rate = STEADY * load.closed(CAMERAS, WARM_UP_NANOS).completedPerSecond();
            List<Strangers.Row> rows = new ArrayList<>();
            for (Kind kind : wanted.kinds()) {
                messages.printf("bench: %s%n", kind.label());
                messages.flush();
                rows.add(measure(kind, disguises.getOrDefault(kind, List.of()), decoy, load, rate, pages));
            }
            return new Strangers(rows);
        }
    }

    private static String service() {
        return "cifar10";
    }

    private void start() throws CliException, IOException, InterruptedException {
        List<String> options =
                wanted.limit().map(limit -> List.of("--strangers=" + limit)).orElse(List.of());
        for (String node : List.of(BenchCluster.FIRST, BenchCluster.SECOND)) {
            members.add(cluster.start(node, options));
        }
        members.add(cluster.coordinator());
        cluster.awaitUp(List.of(BenchCluster.FIRST, BenchCluster.SECOND));
        Cutting two = BenchNetworks.cut(BenchNetworks.named(service()), 2);
        cluster.push(two);
        String model = two.manifest().model().value();
        cluster.place(List.of(BenchCluster.service(
                        service(), model, BenchCluster.FIRST, List.of(BenchCluster.FIRST, BenchCluster.SECOND))
                .build()));
    }

    private String httpAddress(String node) throws CliException {
        return cluster.node(node).getRegistration().getHttpAddress();
    }

    private Map<Kind, List<String>> disguises(Disguises made) throws CliException, IOException {
        Map<Kind, List<String>> options = new EnumMap<>(Kind.class);
        for (Kind kind : wanted.kinds()) {
            if (kind.showsCertificate()) {
                options.put(kind, List.of("--identity=" + made.identity(kind)));
            } else if (kind == Kind.REPLAYED_TOKEN) {
                options.put(kind, List.of("--token-file=" + made.spentToken(cluster.invitations(), cluster.address())));
            }
        }
        return options;
    }

    private Strangers.Row measure(
            Kind kind, List<String> disguise, Decoy decoy, HttpLoad load, double rate, AgentPages pages)
            throws CliException, IOException, InterruptedException {
        List<HostPort> doors = targets(kind);
        List<HostPort> decoys = decoy.doors().subList(0, doors.size());
        Traffic quiet = new Traffic();
        Traffic beguiled = new Traffic();
        Traffic flooded = new Traffic();
        Attempts beside = new Attempts(0, 0, 0);
        Attempts attempts = new Attempts(0, 0, 0);
        Counted counted = Counted.NOTHING;
        try (Stranger stranger = Stranger.start(kind, wanted.rate(), disguise, processes)) {
            stranger.begin(new Stranger.Order(WARM_UP_SECONDS, doors.isEmpty() ? doors : List.of(decoy.open())));
            var unused = stranger.end();
            List<Load> loads = new ArrayList<>(List.of(Load.values()));
            for (int round = 0; round < wanted.rounds(); round++) {
                for (Load one : loads) {
                    pause.pause(SETTLING_NANOS);
                    switch (one) {
                        case QUIET -> film(quiet, load, rate);
                        case DECOY -> beside = beside.plus(film(beguiled, load, rate, stranger, decoys));
                        case FLOODED -> {
                            Counted before = counted(pages);
                            attempts = attempts.plus(film(flooded, load, rate, stranger, doors));
                            counted = counted.plus(counted(pages).since(before));
                        }
                    }
                }
                Collections.rotate(loads, 1);
            }
            return new Strangers.Row(
                    kind, beside, attempts, counted, price(stranger, doors, pages), quiet, beguiled, flooded);
        }
    }

    private Attempts film(Traffic traffic, HttpLoad load, double rate, Stranger stranger, List<HostPort> targets)
            throws IOException, InterruptedException {
        stranger.begin(new Stranger.Order(2.0 * wanted.nanos() / NANOS_PER_SECOND, targets));
        film(traffic, load, rate);
        return stranger.end();
    }

    /** What attempts cost members who do nothing else. */
    private Price price(Stranger stranger, List<HostPort> doors, AgentPages pages)
            throws CliException, IOException, InterruptedException {
        long idle = processorNanos();
        pause.pause(Math.round(PRICING_SECONDS * NANOS_PER_SECOND));
        idle = processorNanos() - idle;
        Counted before = counted(pages);
        long flooded = processorNanos();
        stranger.begin(new Stranger.Order(PRICING_SECONDS, doors));
        Attempts attempts = stranger.end();
        flooded = processorNanos() - flooded;
        Counted counted = counted(pages).since(before);
        return new Price(flooded - idle, attempts.made() - counted.atTheDoor());
    }

    /** Of agents and coordinator, since they began. */
    private long processorNanos() throws IOException {
        long sum = 0;
        for (ChildProcess member : members) {
            sum += ProcessHandle.of(member.pid())
                    .flatMap(process -> process.info().totalCpuDuration())
                    .orElseThrow(() -> new IOException("nothing tells how long %s computed".formatted(member.name())))
                    .toNanos();
        }
        return sum;
    }

    private void film(Traffic traffic, HttpLoad load, double rate) throws IOException, InterruptedException {
        HttpLoad.Sent together = load.closed(CAMERAS, wanted.nanos());
        traffic.add(together, load.open(rate, wanted.nanos()));
    }

    private Counted counted(AgentPages pages) throws CliException, IOException, InterruptedException {
        Counted sum = Counted.of(cluster.snapshot());
        for (String node : List.of(BenchCluster.FIRST, BenchCluster.SECOND)) {
            sum = sum.plus(Counted.of(pages.read(httpAddress(node))
                    .orElseThrow(() -> new IOException("%s does not tell its metrics".formatted(node)))));
        }
        return sum;
    }

    private List<HostPort> targets(Kind kind) throws CliException {
        return switch (kind) {
            case NOBODY -> List.of();
            case REPLAYED_TOKEN -> List.of(cluster.address());
            default ->
                List.of(
                        HostPort.parse(httpAddress(BenchCluster.FIRST)),
                        cluster.dataAddress(BenchCluster.SECOND),
                        cluster.address());
        };
    }
}

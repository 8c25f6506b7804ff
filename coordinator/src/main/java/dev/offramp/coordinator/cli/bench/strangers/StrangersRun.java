package dev.offramp.coordinator.cli.bench.strangers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.MemberHttp;
import dev.offramp.coordinator.cli.bench.BenchCluster;
import dev.offramp.coordinator.cli.bench.Frames;
import dev.offramp.coordinator.cli.bench.HttpLoad;
import dev.offramp.coordinator.cli.bench.network.BenchNetworks;
import dev.offramp.coordinator.cli.process.AgentPages;
import dev.offramp.coordinator.cli.process.ChildProcess;
import dev.offramp.coordinator.cli.process.LocalCoordinator;
import dev.offramp.coordinator.cli.process.ProcessTable;
import dev.offramp.partition.HostPort;
import dev.offramp.partition.onnx.Cutting;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Sends members' frames through two agents, with and without strangers at the doors, by turns. Confined to one thread. */
final class StrangersRun {
    private static final Path NICE = Path.of("/usr/bin/nice");
    private static final String LEAST = "19";
    private static final List<String> CHILD_FLAGS =
            List.of("-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");
    private static final int CAMERAS = 4;
    private static final double STEADY = 0.4;
    private static final Duration STARTING = Duration.ofSeconds(60);
    private static final Duration ENDING = Duration.ofSeconds(20);
    private static final long POLL_NANOS = 20_000_000;
    private static final long SETTLING_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final double NANOS_PER_SECOND = 1e9;

    /**
     * What is to be measured.
     *
     * @param rate of attempts, a second
     * @param nanos of each of the two loads of a round
     * @param limit of strangers' attempts that are worth a handshake; empty leaves it as it is
     */
    record Wanted(List<Kind> kinds, double rate, int rounds, long nanos, Optional<Double> limit) {}

    private final Wanted wanted;
    private final BenchCluster cluster;
    private final ProcessTable processes;
    private final NanoClock clock;
    private final Pause pause;
    private final PrintWriter messages;
    private int strangers;

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
        Map<Kind, List<String>> disguises = disguises();
        URI frames = http.uri(httpAddress(BenchCluster.FIRST), "/v1/services/%s/frames".formatted(service()));
        try (AgentPages pages = new AgentPages(http);
                HttpLoad load = new HttpLoad(http.client(), frames, Frames.picture(), clock, pause)) {
            load.awaitReady();
            double rate = STEADY * load.closed(CAMERAS, WARM_UP_NANOS).completedPerSecond();
            List<Strangers.Row> rows = new ArrayList<>();
            for (Kind kind : wanted.kinds()) {
                messages.printf("bench: %s%n", kind.label());
                messages.flush();
                rows.add(measure(kind, disguises.getOrDefault(kind, List.of()), load, rate, pages));
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
            var unused = cluster.start(node, options);
        }
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

    private Map<Kind, List<String>> disguises() throws CliException, IOException {
        Disguises made = new Disguises(
                cluster.folder("coordinator").resolve("pki"), cluster.folder("strangers"), InstantSource.system());
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

    private Strangers.Row measure(Kind kind, List<String> disguise, HttpLoad load, double rate, AgentPages pages)
            throws CliException, IOException, InterruptedException {
        Traffic quiet = new Traffic();
        Traffic flooded = new Traffic();
        Attempts attempts = new Attempts(0, 0, 0);
        Counted counted = Counted.NOTHING;
        for (int round = 0; round < wanted.rounds(); round++) {
            film(quiet, load, rate);
            Counted before = counted(pages);
            ChildProcess stranger = stranger(kind, disguise);
            pause.pause(SETTLING_NANOS);
            film(flooded, load, rate);
            attempts = attempts.plus(end(stranger));
            counted = counted.plus(counted(pages).since(before));
        }
        return new Strangers.Row(kind, attempts, counted, quiet, flooded);
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

    /** Starts one that gives way to whoever else computes here, and waits until it begins. */
    private ChildProcess stranger(Kind kind, List<String> disguise)
            throws CliException, IOException, InterruptedException {
        double seconds = (2.0 * wanted.nanos() + 3 * SETTLING_NANOS) / NANOS_PER_SECOND;
        List<String> arguments = new ArrayList<>(
                List.of("bench", "stranger", "--kind=" + kind, "--rate=" + wanted.rate(), "--seconds=" + seconds));
        for (HostPort target : targets(kind)) {
            arguments.add("--target=" + target);
        }
        arguments.addAll(disguise);
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(NICE)) {
            command.addAll(List.of(NICE.toString(), "-n", LEAST));
        }
        command.addAll(LocalCoordinator.command(CHILD_FLAGS, arguments));
        strangers++;
        ChildProcess stranger = processes.start("stranger-" + strangers, command);
        long end = clock.nanoTime() + STARTING.toNanos();
        while (!stranger.lastWords().contains(StrangerCommand.BEGINS)) {
            if (!stranger.isAlive() || clock.nanoTime() > end) {
                throw new IOException("the stranger does not begin: " + stranger.lastWords());
            }
            pause.pause(POLL_NANOS);
        }
        return stranger;
    }

    private List<HostPort> targets(Kind kind) throws CliException {
        return kind == Kind.REPLAYED_TOKEN
                ? List.of(cluster.address())
                : List.of(
                        HostPort.parse(httpAddress(BenchCluster.FIRST)),
                        cluster.dataAddress(BenchCluster.SECOND),
                        cluster.address());
    }

    private static Attempts end(ChildProcess stranger) throws IOException, InterruptedException {
        stranger.end(ENDING.toNanos());
        List<String> words = stranger.lastWords().lines().toList();
        try {
            return Attempts.of(new ObjectMapper().readTree(words.getLast()));
        } catch (JsonProcessingException e) {
            throw new IOException("the stranger ended otherwise: " + String.join("\n", words), e);
        }
    }
}

package dev.offramp.coordinator.cli.bench.links;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.bench.BenchCluster;
import dev.offramp.coordinator.cli.process.ProcessTable;
import dev.offramp.partition.ActivationCodec;
import dev.offramp.partition.CodecChoice;
import dev.offramp.partition.Cut;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.onnx.Cutter;
import dev.offramp.partition.onnx.OnnxException;
import dev.offramp.partition.onnx.OnnxNetwork;
import dev.offramp.proto.Enums;
import dev.offramp.proto.WireException;
import dev.offramp.proto.v1.CarriedTelemetry;
import dev.offramp.proto.v1.EdgeTelemetry;
import dev.offramp.proto.v1.LinkTelemetry;
import dev.offramp.proto.v1.ServiceRequest;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Measures each codec over each link and cut. Confined to one thread. */
final class LinksRun {
    private static final String BALANCED = "balanced";
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    /** Times that every codec has its turn, so that what else the machine does meets all of them. */
    private static final int ROUNDS = 2;
    /** Two transfers that measure the link, at least. */
    private static final double SETTLING_SECONDS = 0.6;
    /** Longer than an automatic choice takes to follow. */
    private static final double CHOOSING_SECONDS = 4;
    /** Telemetry comes once a second. */
    private static final long TELEMETRY_NANOS = 2_200_000_000L;

    /** A service of the bench: one cut, one choice. */
    private record Case(String cut, CodecChoice choice, String service) {}

    /** What has gone over a service's edge. */
    private record Carried(Map<String, Long> transfers, long wireBytes) {
        static final Carried NOTHING = new Carried(Map.of(), 0);

        Carried since(Carried before) {
            Map<String, Long> difference = new TreeMap<>();
            transfers.forEach((codec, count) -> {
                long more = count - before.transfers.getOrDefault(codec, 0L);
                if (more > 0) {
                    difference.put(codec, more);
                }
            });
            return new Carried(difference, wireBytes - before.wireBytes);
        }
    }

    private final Wanted wanted;
    private final Optional<Path> images;
    private final BenchCluster cluster;
    private final ProcessTable processes;
    private final NanoClock clock;
    private final Pause pause;
    private final PrintWriter messages;

    LinksRun(
            Wanted wanted,
            Optional<Path> images,
            BenchCluster cluster,
            ProcessTable processes,
            NanoClock clock,
            Pause pause,
            PrintWriter messages) {
        this.wanted = wanted;
        this.images = images;
        this.cluster = cluster;
        this.processes = processes;
        this.clock = clock;
        this.pause = pause;
        this.messages = messages;
    }

    Links run() throws CliException, IOException, InterruptedException {
        ShapedLink link = ShapedLink.open(processes, clock, pause);
        var near = cluster.start(BenchCluster.FIRST, List.of(), List.of(), UnaryOperator.identity());
        var far = cluster.start(
                BenchCluster.SECOND,
                List.of(),
                List.of("--bind", ShapedLink.ANY, "--advertise", ShapedLink.FAR, "--insecure"),
                link::there);
        cluster.awaitUp(List.of(BenchCluster.FIRST, BenchCluster.SECOND));
        Map<String, Cut> cuts = cuts();
        List<Case> cases = place(cuts);
        Map<String, Accuracy> accuracy = accuracy(cuts);
        List<Links.Section> sections = new ArrayList<>();
        Camera camera = new Camera(Pictures.of(images), clock);
        for (double megabits : wanted.megabits()) {
            link.shape(megabits);
            for (Map.Entry<String, Cut> cut : cuts.entrySet()) {
                say("%.0f Mbit/s, cut at %s".formatted(megabits, cut.getKey()));
                sections.add(new Links.Section(
                        megabits,
                        cut.getKey(),
                        cut.getValue().tensor().bytes(),
                        measure(
                                cases.stream()
                                        .filter(one -> one.cut().equals(cut.getKey()))
                                        .toList(),
                                camera),
                        Optional.ofNullable(accuracy.get(cut.getKey()))));
            }
        }
        cluster.stop(near);
        cluster.stop(far);
        return new Links(sections);
    }

    /** By tensor, in the order they were asked for. */
    private Map<String, Cut> cuts() throws CliException, IOException {
        try {
            OnnxNetwork network = OnnxNetwork.read(BenchCluster.network());
            Map<String, Cut> cuts = new LinkedHashMap<>();
            for (String name : wanted.cuts()) {
                Cut cut = name.equals(BALANCED) ? Cutter.balanced(network, 2).getFirst() : network.cutAt(name);
                cuts.put(cut.tensor().name(), cut);
            }
            return cuts;
        } catch (OnnxException e) {
            throw new CliException(ExitCode.NOT_FOUND, String.valueOf(e.getMessage()), e);
        }
    }

    /** Every cut with every choice as a service of its own, all at once. */
    private List<Case> place(Map<String, Cut> cuts) throws CliException, IOException, InterruptedException {
        List<Case> cases = new ArrayList<>();
        List<ServiceRequest> services = new ArrayList<>();
        try {
            OnnxNetwork network = OnnxNetwork.read(BenchCluster.network());
            for (Map.Entry<String, Cut> cut : cuts.entrySet()) {
                String model = "cut-" + (cases.size() / wanted.codecs().size());
                cluster.push(Cutter.cut(network, List.of(cut.getValue())).named(new ServiceId(model)));
                for (CodecChoice choice : wanted.codecs()) {
                    String service = "s" + cases.size();
                    cases.add(new Case(cut.getKey(), choice, service));
                    services.add(BenchCluster.service(
                                    service,
                                    model,
                                    BenchCluster.FIRST,
                                    List.of(BenchCluster.FIRST, BenchCluster.SECOND))
                            .setDeadlineNanos(DEADLINE.toNanos())
                            .addAllCodecs(
                                    choice.allowed().stream().map(Enums::write).toList())
                            .build());
                }
            }
        } catch (OnnxException e) {
            throw new CliException(ExitCode.ERROR, String.valueOf(e.getMessage()), e);
        }
        var unused = cluster.place(services);
        return cases;
    }

    private Map<String, Accuracy> accuracy(Map<String, Cut> cuts)
            throws CliException, IOException, InterruptedException {
        if (images.isEmpty()) {
            return Map.of();
        }
        say("accuracy");
        return Accuracy.measure(BenchCluster.network(), images.get(), List.copyOf(cuts.keySet()));
    }

    private List<Links.Row> measure(List<Case> cases, Camera camera)
            throws CliException, IOException, InterruptedException {
        settle(cases, camera, false);
        settle(cases, camera, true);
        pause.pause(TELEMETRY_NANOS);
        Map<String, Carried> before = carried();
        Map<Case, List<Camera.Filmed>> filmed = new HashMap<>();
        Map<Case, long[]> alone = new HashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (Case one : cases) {
                filmed.computeIfAbsent(one, key -> new ArrayList<>())
                        .add(camera.film(ingress(one), wanted.seconds() / ROUNDS));
            }
        }
        for (Case one : cases) {
            alone.put(one, camera.filmAlone(ingress(one), wanted.alone()));
        }
        pause.pause(TELEMETRY_NANOS);
        Map<String, Carried> after = carried();
        List<Links.Row> rows = new ArrayList<>();
        for (Case one : cases) {
            Carried carried = after.getOrDefault(one.service(), Carried.NOTHING)
                    .since(before.getOrDefault(one.service(), Carried.NOTHING));
            List<Camera.Filmed> all = filmed.getOrDefault(one, List.of());
            rows.add(new Links.Row(
                    one.choice().label(),
                    all.stream()
                            .mapToDouble(Camera.Filmed::framesPerSecond)
                            .average()
                            .orElse(0),
                    all.stream().mapToInt(Camera.Filmed::lost).sum(),
                    alone.getOrDefault(one, new long[0]),
                    carried.transfers(),
                    carried.wireBytes()));
        }
        return rows;
    }

    /** The link is another one now: it is measured with what is pinned, then those that choose have time to. */
    private void settle(List<Case> cases, Camera camera, boolean choosing) throws InterruptedException {
        for (Case one : cases) {
            if (one.choice().allowed().size() > 1 == choosing) {
                var unused = camera.film(ingress(one), choosing ? CHOOSING_SECONDS : SETTLING_SECONDS);
            }
        }
    }

    private URI ingress(Case one) {
        return cluster.ingress(one.service());
    }

    /** By service, as the first agent has told last. */
    private Map<String, Carried> carried() throws CliException {
        Map<String, Carried> carried = new HashMap<>();
        for (LinkTelemetry link :
                cluster.node(BenchCluster.FIRST).getTelemetry().getLinksList()) {
            for (EdgeTelemetry edge : link.getEdgesList()) {
                Map<String, Long> transfers = new TreeMap<>();
                long wireBytes = 0;
                for (CarriedTelemetry one : edge.getCarriedList()) {
                    transfers.put(label(one), one.getTransfers());
                    wireBytes += one.getWireBytes();
                }
                carried.put(edge.getService(), new Carried(transfers, wireBytes));
            }
        }
        return carried;
    }

    private static String label(CarriedTelemetry carried) throws CliException {
        try {
            ActivationCodec codec = Enums.read(carried.getCodec());
            return codec.label();
        } catch (WireException e) {
            throw new CliException(ExitCode.ERROR, String.valueOf(e.getMessage()), e);
        }
    }

    private void say(String what) {
        messages.println("bench: " + what);
        messages.flush();
    }
}

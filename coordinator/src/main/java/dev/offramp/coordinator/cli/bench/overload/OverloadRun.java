package dev.offramp.coordinator.cli.bench.overload;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.bench.BenchCluster;
import dev.offramp.coordinator.cli.bench.BenchNode;
import dev.offramp.coordinator.cli.bench.HopCounter;
import dev.offramp.coordinator.cli.bench.JobStream;
import dev.offramp.coordinator.cli.bench.OpenLoop;
import dev.offramp.coordinator.cli.bench.PassThrough;
import dev.offramp.coordinator.cli.process.ChildProcess;
import dev.offramp.coordinator.simulation.RandomStreams;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.onnx.OnnxException;
import dev.offramp.proto.v1.ServiceRequest;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Puts lines of agents under load, all at a time, one load after the other. Confined to one thread. */
final class OverloadRun {
    private static final String INGRESS = "bench";
    private static final int SIDE = 2;
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Duration WARMING = Duration.ofSeconds(2);

    private final Wanted wanted;
    private final BenchCluster cluster;
    private final PrintWriter messages;
    private final NanoClock clock;
    private final Pause pause;
    private final RandomStreams streams;
    private final AtomicLong sequence = new AtomicLong();

    OverloadRun(Wanted wanted, BenchCluster cluster, PrintWriter messages, NanoClock clock, Pause pause) {
        this.wanted = wanted;
        this.cluster = cluster;
        this.messages = messages;
        this.clock = clock;
        this.pause = pause;
        this.streams = new RandomStreams(wanted.seed());
    }

    /** A line, ready for jobs. */
    private record Ready(Line line, OpenLoop jobs, JobStream stream) {}

    List<Measured> run() throws CliException, IOException, InterruptedException {
        List<Measured> measured = new ArrayList<>();
        try (BenchNode ingress = new BenchNode(cluster.address(), INGRESS)) {
            cluster.awaitUp(List.of(INGRESS));
            for (int hops : wanted.lines().stream().map(Line::hops).distinct().toList()) {
                push(hops);
            }
            for (Law law : wanted.laws()) {
                measured.addAll(under(law));
            }
        }
        return measured;
    }

    private void push(int hops) throws CliException, InterruptedException {
        try {
            cluster.push(PassThrough.cutting(new ServiceId(model(hops)), hops, SIDE));
        } catch (OnnxException e) {
            throw new CliException(ExitCode.ERROR, "the network of the bench is none: " + e.getMessage(), e);
        }
    }

    private static String model(int hops) {
        return "pass-" + hops;
    }

    private List<Measured> under(Law law) throws CliException, IOException, InterruptedException {
        say("agents with %s service times".formatted(law.key()));
        List<ChildProcess> agents = new ArrayList<>();
        List<Line> wantedLines = wanted.lines(law);
        for (Line line : wantedLines) {
            for (int hop = 0; hop < line.hops(); hop++) {
                agents.add(cluster.start(
                        line.agent(hop),
                        List.of("--capacity=" + line.capacities().get(hop), law.option(wanted.meanServiceTime()))));
            }
        }
        cluster.awaitUp(
                wantedLines.stream().flatMap(line -> line.agents().stream()).toList());
        List<Ready> lines = place(wantedLines);
        try {
            all(lines, Arrivals.POISSON, 1, WARMING);
            List<Measured> measured = new ArrayList<>();
            for (Arrivals arrivals : wanted.arrivals()) {
                for (double load : wanted.loads()) {
                    say("%s arrivals, load %s".formatted(arrivals.key(), load));
                    measured.addAll(all(lines, arrivals, load, wanted.each()));
                }
            }
            return measured;
        } finally {
            lines.forEach(line -> line.stream().close());
            for (ChildProcess agent : agents) {
                agent.ask();
            }
            for (ChildProcess agent : agents) {
                cluster.stop(agent);
            }
        }
    }

    private List<Ready> place(List<Line> wantedLines) throws CliException {
        List<ServiceRequest> services = new ArrayList<>();
        for (Line line : wantedLines) {
            List<String> nodes = new ArrayList<>(List.of(INGRESS));
            nodes.addAll(line.agents());
            services.add(BenchCluster.service(line.service().value(), model(line.hops()), INGRESS, nodes)
                    .setDeadlineNanos(DEADLINE.toNanos())
                    .build());
        }
        long epoch = cluster.place(services);
        List<Ready> lines = new ArrayList<>();
        for (Line line : wantedLines) {
            OpenLoop jobs = new OpenLoop(clock, pause);
            lines.add(new Ready(
                    line,
                    jobs,
                    new JobStream(
                            cluster.dataAddress(line.agent(0)),
                            new JobStream.Target(
                                    INGRESS, line.service().value(), BenchCluster.CHAIN, epoch, 1, DEADLINE),
                            SIDE * SIDE * Float.BYTES,
                            sequence,
                            clock,
                            jobs::heard)));
        }
        return lines;
    }

    private List<Measured> all(List<Ready> lines, Arrivals arrivals, double load, Duration each)
            throws CliException, IOException, InterruptedException {
        long jobs = Math.max(2, Math.round(wanted.arrivalRate(load) * each.toNanos() / 1e9));
        long warmUp = Math.round(jobs * Wanted.WARM_UP);
        List<List<HopCounter>> before = new ArrayList<>();
        for (Ready ready : lines) {
            before.add(HopCounter.along(
                    cluster, ready.line().service().value(), ready.line().agents()));
        }
        List<List<OpenLoop.Fate>> fates = send(lines, arrivals, load, jobs);
        List<Measured> measured = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Ready ready = lines.get(i);
            List<HopCounter> after = HopCounter.settled(
                    cluster,
                    ready.line().service().value(),
                    ready.line().agents(),
                    ready.jobs().total(),
                    clock,
                    pause);
            List<HopCounter> counted = new ArrayList<>();
            for (int hop = 0; hop < after.size(); hop++) {
                counted.add(after.get(hop).since(before.get(i).get(hop)));
            }
            measured.add(Measured.of(
                    new Measured.Condition(ready.line(), arrivals, wanted.arrivalRate(load)),
                    fates.get(i),
                    warmUp,
                    counted));
        }
        return measured;
    }

    private List<List<OpenLoop.Fate>> send(List<Ready> lines, Arrivals arrivals, double load, long jobs)
            throws IOException, InterruptedException {
        try (ExecutorService senders = Executors.newFixedThreadPool(lines.size())) {
            List<Future<List<OpenLoop.Fate>>> running = new ArrayList<>();
            for (Ready ready : lines) {
                String name =
                        "arrivals at %s, %s of load %s".formatted(ready.line().text(), arrivals.key(), load);
                running.add(senders.submit(() -> ready.jobs()
                        .send(
                                ready.stream(),
                                ready.line().thresholds(),
                                arrivals.at(wanted.arrivalRate(load)),
                                streams.stream(name),
                                jobs)));
            }
            List<List<OpenLoop.Fate>> fates = new ArrayList<>();
            for (Future<List<OpenLoop.Fate>> one : running) {
                fates.add(one.get());
            }
            return fates;
        } catch (ExecutionException e) {
            throw new IOException("a sender failed: " + e.getCause(), e);
        }
    }

    private void say(String what) {
        messages.println("bench: " + what);
        messages.flush();
    }
}

package dev.offramp.coordinator.cli.bench;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.process.LocalCoordinator;
import dev.offramp.coordinator.cli.process.ProcessTable;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.onnx.OnnxException;
import dev.offramp.time.NanoClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Sends bytes through agents, over a bare gRPC stream and over a bare socket, by turns. Confined to one thread. */
final class HopRun {
    private static final String INGRESS = "bench";
    private static final List<String> FLAGS_OF_AGENTS =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss1m");
    private static final int ROUNDS = 20;
    /** Messages under way at a time when it is their number that counts. */
    private static final int WINDOW = 4;

    private final HopCommand.Wanted wanted;
    private final BenchCluster cluster;
    private final ProcessTable processes;
    private final PrintWriter messages;
    private final List<String> agents;
    private final AtomicLong sequence = new AtomicLong();

    HopRun(HopCommand.Wanted wanted, BenchCluster cluster, ProcessTable processes, PrintWriter messages) {
        this.wanted = wanted;
        this.cluster = cluster;
        this.processes = processes;
        this.messages = messages;
        this.agents = IntStream.rangeClosed(1, wanted.hops())
                .mapToObj(agent -> "agent-" + agent)
                .toList();
    }

    Hops run() throws CliException, IOException, InterruptedException {
        int grpcPort = LocalCoordinator.freePort();
        int tcpPort = LocalCoordinator.freePort();
        processes.start(
                "peer",
                LocalCoordinator.command(
                        FLAGS_OF_AGENTS, List.of("bench", "peer", "--grpc-port=" + grpcPort, "--tcp-port=" + tcpPort)));
        for (String agent : agents) {
            var unused = cluster.start(agent);
        }
        try (BenchNode ingress = new BenchNode(cluster.address(), INGRESS)) {
            cluster.awaitUp(agents.size() + 1);
            List<Hops.Size> sizes = new ArrayList<>();
            for (int side : wanted.sides()) {
                sizes.add(measure(side, loopback(grpcPort), loopback(tcpPort)));
            }
            return new Hops(sizes);
        }
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private Hops.Size measure(int side, InetSocketAddress grpc, InetSocketAddress tcp)
            throws CliException, IOException, InterruptedException {
        int bytes = side * side * Float.BYTES;
        messages.println("bench: activations of %d bytes".formatted(bytes));
        messages.flush();
        JobStream.Target target = place("pass-" + bytes, side);
        try (ChainPinger chain = new ChainPinger(
                        cluster.dataAddress(agents.getFirst()),
                        target,
                        agents.size(),
                        bytes,
                        sequence,
                        NanoClock.system());
                StreamPinger stream = new StreamPinger(grpc, bytes);
                TcpPinger socket = new TcpPinger(tcp, bytes)) {
            long[][] chains = new long[agents.size()][wanted.messages()];
            long[] streams = new long[wanted.messages()];
            long[] sockets = new long[wanted.messages()];
            for (int round = -1; round < ROUNDS; round++) {
                // The first is there to warm up.
                int from = Math.max(0, round) * wanted.messages() / ROUNDS;
                int to = round < 0 ? wanted.messages() : (round + 1) * wanted.messages() / ROUNDS;
                ping(stream, streams, from, to);
                ping(socket, sockets, from, to);
                for (int hops = 1; hops <= agents.size(); hops++) {
                    chain.leaveAt(hops);
                    ping(chain, chains[hops - 1], from, to);
                }
            }
            List<Hops.Way> ways = new ArrayList<>();
            for (int hops = 1; hops <= agents.size(); hops++) {
                chain.leaveAt(hops);
                ways.add(Hops.Way.of(hops, chains[hops - 1], perSecond(chain)));
            }
            return new Hops.Size(
                    bytes,
                    ways,
                    Hops.Way.of(1, streams, perSecond(stream)),
                    Hops.Way.of(1, sockets, perSecond(socket)));
        }
    }

    private JobStream.Target place(String name, int side) throws CliException, InterruptedException {
        try {
            cluster.push(PassThrough.cutting(new ServiceId(name), agents.size(), side));
        } catch (OnnxException e) {
            throw new CliException(ExitCode.ERROR, "the network of the bench is none: " + e.getMessage(), e);
        }
        List<String> nodes = new ArrayList<>(List.of(INGRESS));
        nodes.addAll(agents);
        long epoch = cluster.place(name, name, INGRESS, nodes);
        return new JobStream.Target(INGRESS, name, BenchCluster.CHAIN, epoch, 1, BenchCluster.DEADLINE);
    }

    private static void ping(Pinger pinger, long[] nanos, int from, int to) throws IOException, InterruptedException {
        for (int i = from; i < to; i++) {
            long sent = System.nanoTime();
            pinger.send();
            Pinger.Answer answer = pinger.await();
            nanos[i] = answer.nanos() - sent - answer.computeNanos();
        }
    }

    private double perSecond(Pinger pinger) throws IOException, InterruptedException {
        long start = System.nanoTime();
        int sent = 0;
        for (int answered = 0; answered < wanted.messages(); answered++) {
            while (sent < Math.min(wanted.messages(), answered + WINDOW)) {
                pinger.send();
                sent++;
            }
            var unused = pinger.await();
        }
        return wanted.messages() / ((System.nanoTime() - start) / 1e9);
    }
}

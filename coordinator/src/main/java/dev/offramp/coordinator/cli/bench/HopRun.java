package dev.offramp.coordinator.cli.bench;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.process.LocalCoordinator;
import dev.offramp.coordinator.cli.process.ProcessTable;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.onnx.OnnxException;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Sends bytes through agents, over a bare gRPC stream and over a bare socket, by turns. Confined to one thread. */
final class HopRun {
    private static final String INGRESS = "bench";
    private static final List<String> FLAGS_OF_AGENTS =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss1m");
    private static final int ROUNDS = 20;
    /** Messages under way at a time when it is their number that counts. */
    private static final int WINDOW = 4;

    private final HopCommand.Wanted wanted;
    private final Optional<String> link;
    private final PrintWriter messages;
    private final List<String> agents;
    private final AtomicLong sequence = new AtomicLong();
    private @Nullable ShapedNetwork network;

    /** @param link rate of every process's own; empty: all are on loopback */
    HopRun(HopCommand.Wanted wanted, Optional<String> link, PrintWriter messages) {
        this.wanted = wanted;
        this.link = link;
        this.messages = messages;
        this.agents = IntStream.rangeClosed(1, wanted.hops())
                .mapToObj(agent -> "agent-" + agent)
                .toList();
    }

    private String address(int member) {
        return network == null ? LocalCoordinator.LOOPBACK : ShapedNetwork.address(member);
    }

    private List<String> at(int member, List<String> command) {
        return network == null ? command : network.in(member, command);
    }

    Hops measure(BenchCluster cluster, ProcessTable processes, NanoClock clock, Pause pause)
            throws CliException, IOException, InterruptedException {
        if (link.isPresent()) {
            network = ShapedNetwork.open(link.get(), agents.size(), processes, clock, pause);
        }
        List<InetSocketAddress> peers = startPeers(processes);
        for (int board = 1; board <= agents.size(); board++) {
            int member = board;
            var unused = cluster.start(
                    agents.get(board - 1),
                    List.of(),
                    network == null ? List.of() : List.of("--bind", address(board), "--insecure"),
                    command -> at(member, command));
        }
        try (BenchNode ingress = new BenchNode(cluster.address(), INGRESS)) {
            cluster.awaitUp(agents.size() + 1);
            List<Hops.Size> sizes = new ArrayList<>();
            for (int side : wanted.sides()) {
                sizes.add(measure(cluster, side, peers));
            }
            return new Hops(sizes);
        }
    }

    /** One beside every agent, each passing on to the one behind it; their gRPC addresses, and the last's for sockets. */
    private List<InetSocketAddress> startPeers(ProcessTable processes) throws IOException {
        InetSocketAddress tcp = new InetSocketAddress(address(agents.size()), LocalCoordinator.freePort());
        List<InetSocketAddress> addresses = new ArrayList<>(List.of(tcp));
        for (int board = agents.size(); board >= 1; board--) {
            InetSocketAddress grpc = new InetSocketAddress(address(board), LocalCoordinator.freePort());
            List<String> command = new ArrayList<>(List.of(
                    "bench",
                    "peer",
                    "--bind=" + address(board),
                    "--grpc-port=" + grpc.getPort(),
                    "--tcp-port=" + (board == agents.size() ? tcp.getPort() : LocalCoordinator.freePort())));
            if (board < agents.size()) {
                InetSocketAddress next = addresses.getLast();
                command.add("--next=" + next.getHostString() + ":" + next.getPort());
            }
            processes.start("peer-" + board, at(board, LocalCoordinator.command(FLAGS_OF_AGENTS, command)));
            addresses.add(grpc);
        }
        return addresses;
    }

    /** @param peers as {@link #startPeers} says: through number 1 a message passes one peer, through number 2 two */
    private Hops.Size measure(BenchCluster cluster, int side, List<InetSocketAddress> peers)
            throws CliException, IOException, InterruptedException {
        int bytes = side * side * Float.BYTES;
        messages.println("bench: activations of %d bytes".formatted(bytes));
        messages.flush();
        JobStream.Target target = place(cluster, "pass-" + bytes, side);
        try (ChainPinger chain = new ChainPinger(
                        cluster.dataAddress(agents.getFirst()),
                        target,
                        agents.size(),
                        bytes,
                        sequence,
                        NanoClock.system());
                Relays relays = new Relays(peers.subList(1, peers.size()), bytes);
                TcpPinger socket = new TcpPinger(peers.getFirst(), bytes)) {
            long[][] chains = new long[agents.size()][wanted.messages()];
            long[][] streams = new long[agents.size()][wanted.messages()];
            long[] sockets = new long[wanted.messages()];
            for (int round = -1; round < ROUNDS; round++) {
                // The first is there to warm up.
                int from = Math.max(0, round) * wanted.messages() / ROUNDS;
                int to = round < 0 ? wanted.messages() : (round + 1) * wanted.messages() / ROUNDS;
                ping(socket, sockets, from, to);
                for (int hops = 1; hops <= agents.size(); hops++) {
                    ping(relays.through(hops), streams[hops - 1], from, to);
                    chain.leaveAt(hops);
                    ping(chain, chains[hops - 1], from, to);
                }
            }
            List<Hops.Way> chainWays = new ArrayList<>();
            List<Hops.Way> streamWays = new ArrayList<>();
            for (int hops = 1; hops <= agents.size(); hops++) {
                streamWays.add(Hops.Way.of(hops, streams[hops - 1], perSecond(relays.through(hops))));
                chain.leaveAt(hops);
                chainWays.add(Hops.Way.of(hops, chains[hops - 1], perSecond(chain)));
            }
            return new Hops.Size(bytes, chainWays, streamWays, Hops.Way.of(1, sockets, perSecond(socket)));
        }
    }

    /** A bare stream through each number of peers. */
    private static final class Relays implements AutoCloseable {
        private final List<StreamPinger> streams;

        Relays(List<InetSocketAddress> peers, int bytes) {
            streams = peers.stream().map(peer -> new StreamPinger(peer, bytes)).toList();
        }

        StreamPinger through(int hops) {
            return streams.get(hops - 1);
        }

        @Override
        public void close() {
            streams.forEach(StreamPinger::close);
        }
    }

    private JobStream.Target place(BenchCluster cluster, String name, int side)
            throws CliException, InterruptedException {
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

package dev.offramp.agent.core;

import dev.offramp.partition.NodeId;
import dev.offramp.partition.job.LossReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Streams between virtual nodes: in order, delayed at random, broken by cuts and deaths, stalled by silence. What is in
 * flight when a stream breaks is lost; each side learns of the break in its own time.
 */
final class VirtualNetwork {
    private static final long RETRY_NANOS = 40_000_000;

    private record Way(NodeId from, NodeId to) {}

    /** One stream: jobs go down, grants and outcomes come back. */
    private static final class Stream {
        final PeerLink link;
        boolean open = true;
        long downClear;
        long upClear;
        long wireClear;

        Stream(PeerLink link) {
            this.link = link;
        }
    }

    private final VirtualTime time;
    private final Random random;
    private final Map<NodeId, VirtualNode> nodes;
    private final long nanosPerByte;
    private final Set<Way> wanted = new HashSet<>();
    private final Set<Way> cut = new HashSet<>();
    private final Map<Way, Long> silentUntil = new HashMap<>();
    private final Map<Way, Stream> streams = new HashMap<>();
    private final Map<PeerLink, Stream> byLink = new HashMap<>();
    private final Map<Way, Integer> unsent = new HashMap<>();
    private long numbers;

    /** Chance that a message arrives twice. */
    double duplicates;

    VirtualNetwork(VirtualTime time, Random random, Map<NodeId, VirtualNode> nodes, long nanosPerByte) {
        this.time = time;
        this.random = random;
        this.nodes = nodes;
        this.nanosPerByte = nanosPerByte;
    }

    void connect(NodeId from, NodeId to) {
        breakStream(new Way(from, to), LossReason.LINK_LOST);
        if (wanted.add(new Way(from, to))) {
            attempt(new Way(from, to));
        }
    }

    void disconnect(NodeId from, NodeId to) {
        wanted.remove(new Way(from, to));
        Stream stream = streams.remove(new Way(from, to));
        if (stream != null) {
            stream.open = false;
            node(to).later(delay(), new AgentEvent.UpstreamDown(stream.link));
        }
    }

    private void attempt(Way way) {
        long incarnation = node(way.from).incarnation();
        time.after(delay(), () -> {
            if (!wanted.contains(way)
                    || streams.containsKey(way)
                    || node(way.from).incarnation() != incarnation
                    || !node(way.from).isAlive()) {
                return;
            }
            if (!node(way.to).isAlive() || cut.contains(way)) {
                LossReason reason = node(way.to).isAlive() ? LossReason.LINK_LOST : LossReason.NODE_LOST;
                node(way.from).deliver(new AgentEvent.PeerDown(way.to, reason));
                time.after(RETRY_NANOS, () -> attempt(way));
                return;
            }
            Stream stream = new Stream(new PeerLink(way.from, ++numbers));
            streams.put(way, stream);
            byLink.put(stream.link, stream);
            unsent.put(way, 0);
            node(way.from).deliver(new AgentEvent.PeerUp(way.to));
        });
    }

    /** Cuts both directions of a pair until {@link #heal}. */
    void cut(NodeId one, NodeId other) {
        for (Way way : List.of(new Way(one, other), new Way(other, one))) {
            cut.add(way);
            breakStream(way, LossReason.LINK_LOST);
        }
    }

    void heal(NodeId one, NodeId other) {
        cut.remove(new Way(one, other));
        cut.remove(new Way(other, one));
    }

    /** Nothing of what {@code from} sends reaches {@code to} before {@code nanos} have passed; nobody is told. */
    void silence(NodeId from, NodeId to, long nanos) {
        silentUntil.put(new Way(from, to), time.now() + nanos);
    }

    void died(NodeId dead) {
        wanted.removeIf(way -> way.from.equals(dead));
        for (Way way : List.copyOf(streams.keySet())) {
            if (way.from.equals(dead) || way.to.equals(dead)) {
                breakStream(way, LossReason.NODE_LOST);
            }
        }
    }

    private void breakStream(Way way, LossReason reason) {
        Stream stream = streams.remove(way);
        if (stream == null) {
            return;
        }
        stream.open = false;
        long incarnation = node(way.from).incarnation();
        node(way.to).later(delay(), new AgentEvent.UpstreamDown(stream.link));
        time.after(delay(), () -> {
            if (node(way.from).incarnation() == incarnation && wanted.contains(way)) {
                node(way.from).deliver(new AgentEvent.PeerDown(way.to, reason));
                attempt(way);
            }
        });
    }

    /** Sends downstream; a duplicated message arrives a second time right behind itself. */
    void down(NodeId from, NodeId to, Function<PeerLink, AgentEvent> message) {
        Stream stream = streams.get(new Way(from, to));
        if (stream == null) {
            return;
        }
        stream.downClear = arrival(stream.downClear, from, to);
        deliver(stream, to, stream.downClear, () -> message.apply(stream.link));
    }

    /** Sends a transfer: the wire is busy with it for a while, then the sender is told. */
    void transfer(NodeId from, NodeId to, Job job, Function<PeerLink, AgentEvent> message) {
        Way way = new Way(from, to);
        Stream stream = streams.get(way);
        if (stream == null) {
            return;
        }
        unsent.merge(way, 1, Integer::sum);
        long handed = Math.max(time.now(), Math.max(stream.wireClear, silentUntil.getOrDefault(way, 0L)))
                + job.activationBytes() * nanosPerByte;
        stream.wireClear = handed;
        long incarnation = node(from).incarnation();
        long toldLate = random.nextInt(20) == 0 ? 3 * delay() : 0;
        time.at(handed + toldLate, () -> {
            if (stream.open && node(from).incarnation() == incarnation) {
                unsent.merge(way, -1, Integer::sum);
                node(from).deliver(new AgentEvent.TransferSent(to, job.id(), 0));
            }
        });
        time.at(handed, () -> {
            if (stream.open) {
                down(from, to, message);
            }
        });
    }

    int unsent(NodeId from, NodeId to) {
        return unsent.getOrDefault(new Way(from, to), 0);
    }

    /** Sends back over the stream that {@code link} names. */
    void up(NodeId sender, PeerLink link, AgentEvent message) {
        Stream stream = byLink.get(link);
        if (stream == null || !stream.open) {
            return;
        }
        stream.upClear = arrival(stream.upClear, sender, link.peer());
        deliver(stream, link.peer(), stream.upClear, () -> message);
    }

    private long arrival(long clear, NodeId from, NodeId to) {
        long free = Math.max(time.now(), silentUntil.getOrDefault(new Way(from, to), 0L));
        return Math.max(clear + 1, free + delay());
    }

    private void deliver(Stream stream, NodeId to, long when, Supplier<AgentEvent> message) {
        long incarnation = node(to).incarnation();
        int times = random.nextDouble() < duplicates ? 2 : 1;
        List<Long> arrivals = new ArrayList<>(List.of(when));
        if (times == 2) {
            arrivals.add(when + random.nextInt(20_000_000));
        }
        for (long arrival : arrivals) {
            time.at(arrival, () -> {
                if (stream.open && node(to).incarnation() == incarnation) {
                    node(to).deliver(message);
                }
            });
        }
    }

    private VirtualNode node(NodeId id) {
        VirtualNode node = nodes.get(id);
        if (node == null) {
            throw new IllegalArgumentException("no node " + id);
        }
        return node;
    }

    private long delay() {
        return 100_000 + (long) (random.nextDouble() * random.nextDouble() * 4_000_000);
    }
}

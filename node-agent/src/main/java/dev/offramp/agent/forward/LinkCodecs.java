package dev.offramp.agent.forward;

import dev.offramp.partition.ActivationCodec;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.CodecChoice;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How activations travel to one neighbour, edge by edge. Thread-safe. */
public final class LinkCodecs {
    /** Edges that are remembered; the one that was used longest ago goes first. */
    private static final int MAX_EDGES = 64;

    /**
     * A chain's edge.
     *
     * @param hop from 0: the hop that it leads to
     */
    public record Edge(ChainId chain, int hop) {}

    /**
     * What has travelled over an edge to this neighbour.
     *
     * @param current codec in use
     */
    public record Report(Edge edge, ActivationCodec current, Map<ActivationCodec, EdgeCodec.Carried> carried) {}

    private final Set<ActivationCodec> encodable;
    private final boolean sharedCore;
    private final LinkedHashMap<Edge, EdgeCodec> edges = new LinkedHashMap<>(16, 0.75f, true);
    private Set<ActivationCodec> decodable = EnumSet.of(ActivationCodec.FP32);

    /**
     * @param encodable on this machine
     * @param sharedCore whether encoding takes its time from the servers
     */
    public LinkCodecs(Set<ActivationCodec> encodable, boolean sharedCore) {
        this.encodable = EnumSet.copyOf(encodable);
        this.sharedCore = sharedCore;
    }

    /** The neighbour has said what it can decode; what is as it was, everyone reads. */
    public synchronized void neighbourDecodes(Set<ActivationCodec> codecs) {
        decodable = EnumSet.of(ActivationCodec.FP32);
        decodable.addAll(codecs);
    }

    /** See {@link EdgeCodec#plan}. */
    public synchronized EdgeCodec.Plan plan(
            Edge edge,
            CodecChoice choice,
            long activationBytes,
            long computeNanos,
            Optional<LinkSpeed> link,
            boolean measurable,
            long nowNanos) {
        EnumSet<ActivationCodec> codecs = EnumSet.copyOf(choice.allowed());
        codecs.retainAll(decodable);
        codecs.retainAll(encodable);
        return of(edge).plan(codecs, activationBytes, computeNanos, link, measurable, nowNanos);
    }

    private EdgeCodec of(Edge edge) {
        EdgeCodec known = edges.computeIfAbsent(edge, one -> new EdgeCodec(sharedCore));
        if (edges.size() > MAX_EDGES) {
            edges.pollFirstEntry();
        }
        return known;
    }

    /** A codec was tried out on an activation of this edge, here. */
    public synchronized void tried(
            Edge edge, ActivationCodec codec, long wireBytes, long encodeNanos, long decodeNanos, long nowNanos) {
        of(edge).tried(codec, wireBytes, encodeNanos, decodeNanos, nowNanos);
    }

    /** An activation was encoded. */
    public synchronized void encoded(Edge edge, ActivationCodec codec, long wireBytes, long encodeNanos) {
        of(edge).encoded(codec, wireBytes, encodeNanos);
    }

    /** The neighbour took so long to decode one; nothing where it names an edge that leads not there. */
    public synchronized void decodedThere(Edge edge, ActivationCodec codec, long nanos) {
        EdgeCodec known = edges.get(edge);
        if (known != null) {
            known.decodedThere(codec, nanos);
        }
    }

    /** An activation goes out. */
    public synchronized void sent(Edge edge, ActivationCodec codec, long activationBytes, long wireBytes) {
        of(edge).sent(codec, activationBytes, wireBytes);
    }

    /** Of every edge that is remembered. */
    public synchronized List<Report> reports() {
        List<Report> reports = new ArrayList<>();
        edges.forEach((edge, codec) -> reports.add(new Report(edge, codec.current(), codec.carried())));
        return reports;
    }
}

package dev.offramp.coordinator.cli.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.coordinator.cli.Json;
import dev.offramp.coordinator.cli.Table;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a hop was measured to cost. Immutable. */
record Hops(List<Size> sizes) {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MEDIAN = 0.5;
    private static final double TAIL = 0.99;

    /**
     * One way of passing bytes on.
     *
     * @param hops that it has
     * @param p50 nanoseconds per hop, what was computed on the way left out
     * @param p99 likewise
     * @param perSecond messages, several under way at a time
     */
    record Way(int hops, double p50, double p99, double perSecond) {
        /** @param nanos of single messages, over all hops; sorted afterwards */
        static Way of(int hops, long[] nanos, double perSecond) {
            Arrays.sort(nanos);
            return new Way(hops, quantile(nanos, MEDIAN) / hops, quantile(nanos, TAIL) / hops, perSecond);
        }

        private static double quantile(long[] sorted, double share) {
            return sorted[(int) Math.min(sorted.length - 1L, Math.round(share * sorted.length))];
        }
    }

    /**
     * @param bytes of an activation
     * @param chains through 1, 2, … agents
     * @param streams bare, of gRPC-Java, through 1, 2, … processes that only pass on
     * @param tcp a plain socket
     */
    record Size(int bytes, List<Way> chains, List<Way> streams, Way tcp) {
        Size {
            chains = List.copyOf(chains);
            streams = List.copyOf(streams);
        }

        /** How often as long a hop takes as over the one bare stream. */
        double ofStream(Way way) {
            return way.p50() / streams.getFirst().p50();
        }

        /** The same, of bare streams through as many processes. */
        double ofRelays(Way way) {
            return way.p50() / streams.get(way.hops() - 1).p50();
        }

        double ofTcp(Way way) {
            return way.p50() / tcp.p50();
        }
    }

    Hops {
        sizes = List.copyOf(sizes);
    }

    ObjectNode json() {
        ObjectNode json = Json.object();
        ArrayNode all = json.putArray("sizes");
        for (Size size : sizes) {
            ObjectNode node = all.addObject().put("bytes", size.bytes());
            size.chains().forEach(chain -> node.withArray("chains").add(json(size, chain)));
            size.streams().forEach(stream -> node.withArray("streams").add(json(size, stream)));
            node.set("tcp", json(size.tcp()));
        }
        return json;
    }

    private static ObjectNode json(Size size, Way way) {
        return json(way)
                .put("ofStream", size.ofStream(way))
                .put("ofRelays", size.ofRelays(way))
                .put("ofTcp", size.ofTcp(way));
    }

    private static ObjectNode json(Way way) {
        return Json.object()
                .put("hops", way.hops())
                .put("hopP50Ms", way.p50() / NANOS_PER_MILLI)
                .put("hopP99Ms", way.p99() / NANOS_PER_MILLI)
                .put("perSecond", way.perSecond());
    }

    void print(PrintWriter out) {
        Table table =
                new Table("BYTES", "WAY", "HOP P50 MS", "P99 MS", "OF STREAM", "OF RELAYS", "OF TCP", "PER SECOND");
        for (Size size : sizes) {
            for (Way chain : size.chains()) {
                row(table, size, chain.hops() == 1 ? "1 agent" : chain.hops() + " agents", chain);
            }
            for (Way stream : size.streams()) {
                row(
                        table,
                        size,
                        stream.hops() == 1 ? "bare gRPC stream" : "through %d processes".formatted(stream.hops()),
                        stream);
            }
            row(table, size, "bare TCP", size.tcp());
        }
        table.print(out);
        out.flush();
    }

    private static void row(Table table, Size size, String name, Way way) {
        table.row(
                size.bytes(),
                name,
                text("%.3f", way.p50() / NANOS_PER_MILLI),
                text("%.3f", way.p99() / NANOS_PER_MILLI),
                text("%.2f", size.ofStream(way)),
                text("%.2f", size.ofRelays(way)),
                text("%.2f", size.ofTcp(way)),
                text("%.0f", way.perSecond()));
    }

    private static String text(String format, double number) {
        return String.format(Locale.ROOT, format, number);
    }
}

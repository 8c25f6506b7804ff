package dev.offramp.coordinator.cli.bench.strangers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.coordinator.cli.Json;
import dev.offramp.coordinator.cli.process.MetricsPage;
import dev.offramp.proto.identity.Refusal;
import dev.offramp.proto.v1.Snapshot;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What agents and coordinator have counted of strangers. Immutable by agreement.
 *
 * @param refused by reason, without zeros
 * @param endedUnproved connections that were let in and never proved to be a member's
 */
record Counted(SortedMap<String, Long> refused, long endedUnproved) {
    static final Counted NOTHING = new Counted(new TreeMap<>(), 0);

    static Counted of(MetricsPage agent) {
        return new Counted(
                agent.by("offramp_access_refused_total", "reason"),
                agent.sum("offramp_connections_ended_unproved_total"));
    }

    static Counted of(Snapshot coordinator) {
        return new Counted(new TreeMap<>(coordinator.getRefusedMap()), coordinator.getConnectionsEndedUnproved());
    }

    Counted plus(Counted other) {
        SortedMap<String, Long> sum = new TreeMap<>(refused);
        other.refused.forEach((reason, count) -> sum.merge(reason, count, Long::sum));
        return new Counted(sum, endedUnproved + other.endedUnproved);
    }

    Counted since(Counted before) {
        SortedMap<String, Long> difference = new TreeMap<>();
        for (Map.Entry<String, Long> one : refused.entrySet()) {
            long count = one.getValue() - before.refused.getOrDefault(one.getKey(), 0L);
            if (count != 0) {
                difference.put(one.getKey(), count);
            }
        }
        return new Counted(difference, endedUnproved - before.endedUnproved);
    }

    /** Refused before a handshake. */
    long atTheDoor() {
        return refused.getOrDefault(Refusal.FLOOD.label(), 0L);
    }

    ObjectNode json() {
        ObjectNode json = Json.object();
        ObjectNode reasons = Json.object();
        refused.forEach(reasons::put);
        json.set("refusedByReason", reasons);
        return json.put("endedUnproved", endedUnproved);
    }
}

package dev.offramp.coordinator.store;

import dev.offramp.coordinator.cluster.NodeRegistration;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;

/** A row of the table {@code nodes}. Stateless. */
final class NodeRow {
    static final String SELECT = "SELECT node, incarnation, data_address, http_address, board, emulated, memory_bytes,"
            + " capacity_jobs, capacity_bytes, seen_epoch, seen_policies, version FROM nodes";
    static final String INSERT = "INSERT OR REPLACE INTO nodes (node, incarnation, data_address, http_address, board,"
            + " emulated, memory_bytes, capacity_jobs, capacity_bytes, seen_epoch, seen_policies, version)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private NodeRow() {}

    static Object[] values(NodeRegistration node) {
        return new Object[] {
            node.node().value(),
            node.incarnation(),
            node.dataAddress(),
            node.httpAddress(),
            node.board().title(),
            node.board().emulated() ? 1 : 0,
            node.board().memoryBytes(),
            node.capacity().jobs(),
            node.capacity().bytes(),
            node.seen().epoch(),
            write(node.seen().policies()),
            node.version()
        };
    }

    static NodeRegistration read(ResultSet row) throws SQLException {
        return new NodeRegistration(
                new NodeId(row.getString("node")),
                row.getLong("incarnation"),
                row.getString("data_address"),
                row.getString("http_address"),
                new NodeRegistration.Board(
                        row.getString("board"), row.getInt("emulated") != 0, row.getLong("memory_bytes")),
                new NodeRegistration.Capacity(row.getInt("capacity_jobs"), row.getLong("capacity_bytes")),
                new NodeRegistration.Seen(row.getLong("seen_epoch"), policies(row.getString("seen_policies"))),
                row.getString("version"));
    }

    /** {@code roadside=3 cifar10=1}: names have no spaces. */
    private static String write(SortedMap<ServiceId, Long> policies) {
        StringJoiner text = new StringJoiner(" ");
        policies.forEach((service, version) -> text.add(service + "=" + version));
        return text.toString();
    }

    private static SortedMap<ServiceId, Long> policies(String text) {
        SortedMap<ServiceId, Long> policies = new TreeMap<>();
        for (String pair : text.isEmpty() ? new String[0] : text.split(" ", -1)) {
            int equals = pair.indexOf('=');
            policies.put(new ServiceId(pair.substring(0, equals)), Long.parseLong(pair.substring(equals + 1)));
        }
        return policies;
    }
}

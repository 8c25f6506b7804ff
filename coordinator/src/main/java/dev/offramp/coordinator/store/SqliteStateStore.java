package dev.offramp.coordinator.store;

import dev.offramp.coordinator.cluster.NodeRegistration;
import dev.offramp.coordinator.control.Durable;
import dev.offramp.coordinator.control.Retirement;
import dev.offramp.coordinator.control.Rollout;
import dev.offramp.coordinator.control.ServicePolicy;
import dev.offramp.coordinator.control.StateStore;
import dev.offramp.coordinator.control.StoreException;
import dev.offramp.coordinator.control.pilot.SchedulerChoice;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Placement;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.feed.Feeds;
import dev.offramp.proto.Documents;
import dev.offramp.proto.WireException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The coordinator's state in SQLite: one transaction per change, of the rows that differ. Confined to one thread. */
public final class SqliteStateStore implements StateStore, AutoCloseable {
    private static final String HIGHEST_EPOCH = "highest_epoch";
    private static final String UNDONE = "undone";
    private static final String RETIRE_EPOCH = "retire_epoch";
    private static final String RETIRE_DRAIN = "retire_drain_nanos";
    private static final String FEEDS = "feeds";
    private static final String ACTIVE = "active";
    private static final String TARGET = "target";

    private final Database database;
    private final Connection connection;
    private Durable saved = Durable.empty();

    public SqliteStateStore(Database database) throws StoreException {
        this.database = database;
        this.connection = database.connect();
        try {
            connection.setAutoCommit(false);
        } catch (SQLException e) {
            throw database.failure(e);
        }
    }

    @Override
    public Durable load() throws StoreException {
        try {
            Map<String, String> facts = facts();
            Optional<Retirement> retirement = facts.containsKey(RETIRE_EPOCH)
                    ? Optional.of(
                            new Retirement(number(facts, RETIRE_EPOCH), Duration.ofNanos(number(facts, RETIRE_DRAIN))))
                    : Optional.empty();
            saved = new Durable(
                    number(facts, HIGHEST_EPOCH),
                    active(),
                    rollout(),
                    retirement,
                    facts.getOrDefault(UNDONE, ""),
                    policies(),
                    choices(),
                    nodes(),
                    facts.containsKey(FEEDS) ? Documents.feeds(facts.get(FEEDS)) : Feeds.none());
            connection.rollback();
            return saved;
        } catch (SQLException | WireException | IllegalArgumentException e) {
            throw database.failure(e);
        }
    }

    private static long number(Map<String, String> facts, String name) {
        return Long.parseLong(facts.getOrDefault(name, "0"));
    }

    private Map<String, String> facts() throws SQLException {
        Map<String, String> facts = new HashMap<>();
        try (var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT name, value FROM facts")) {
            while (rows.next()) {
                facts.put(rows.getString(1), rows.getString(2));
            }
        }
        return facts;
    }

    private Placement active() throws SQLException, WireException {
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT document FROM placements WHERE role = 'active'")) {
            return row.next() ? Documents.placement(row.getString(1)) : Placement.empty();
        }
    }

    private Optional<Rollout> rollout() throws SQLException, WireException {
        try (var statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT kind, phase, document FROM placements WHERE role = 'target'")) {
            return row.next()
                    ? Optional.of(new Rollout(
                            Rollout.Kind.valueOf(row.getString(1)),
                            Rollout.Phase.valueOf(row.getString(2)),
                            Documents.placement(row.getString(3))))
                    : Optional.empty();
        }
    }

    private SortedMap<ServiceId, ServicePolicy> policies() throws SQLException, WireException {
        SortedMap<ServiceId, ServicePolicy> policies = new TreeMap<>();
        try (var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT service, intent, effective FROM policies")) {
            while (rows.next()) {
                policies.put(
                        new ServiceId(rows.getString(1)),
                        new ServicePolicy(Documents.policy(rows.getString(2)), Documents.policy(rows.getString(3))));
            }
        }
        return policies;
    }

    private SortedMap<ServiceId, SchedulerChoice> choices() throws SQLException {
        SortedMap<ServiceId, SchedulerChoice> choices = new TreeMap<>();
        try (var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(ChoiceRow.SELECT)) {
            while (rows.next()) {
                choices.put(new ServiceId(rows.getString(1)), ChoiceRow.read(rows));
            }
        }
        return choices;
    }

    private SortedMap<NodeId, NodeRegistration> nodes() throws SQLException {
        SortedMap<NodeId, NodeRegistration> nodes = new TreeMap<>();
        try (var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(NodeRow.SELECT)) {
            while (rows.next()) {
                NodeRegistration node = NodeRow.read(rows);
                nodes.put(node.node(), node);
            }
        }
        return nodes;
    }

    @Override
    public void save(Durable state) throws StoreException {
        try {
            try {
                write(state);
                connection.commit();
                saved = state;
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw database.failure(e);
        }
    }

    private void write(Durable state) throws SQLException {
        fact(HIGHEST_EPOCH, Optional.of(String.valueOf(state.highestEpoch())));
        fact(UNDONE, Optional.of(state.undone()));
        fact(RETIRE_EPOCH, state.retirement().map(retirement -> String.valueOf(retirement.epoch())));
        fact(
                RETIRE_DRAIN,
                state.retirement()
                        .map(retirement -> String.valueOf(retirement.drain().toNanos())));
        if (!state.feeds().equals(saved.feeds())) {
            fact(FEEDS, Optional.of(Documents.toJson(state.feeds())));
        }
        if (!state.active().equals(saved.active())) {
            placement(ACTIVE, "", "", state.active());
        }
        if (!state.rollout().equals(saved.rollout())) {
            if (state.rollout().isPresent()) {
                Rollout rollout = state.rollout().get();
                placement(TARGET, rollout.kind().name(), rollout.phase().name(), rollout.target());
            } else {
                execute("DELETE FROM placements WHERE role = ?", TARGET);
            }
        }
        for (Map.Entry<ServiceId, ServicePolicy> policy : state.policies().entrySet()) {
            if (!policy.getValue().equals(saved.policies().get(policy.getKey()))) {
                execute(
                        "INSERT OR REPLACE INTO policies VALUES (?, ?, ?)",
                        policy.getKey().value(),
                        Documents.toJson(policy.getValue().intent()),
                        Documents.toJson(policy.getValue().effective()));
            }
        }
        for (ServiceId service : saved.choices().keySet()) {
            if (!state.choices().containsKey(service)) {
                execute("DELETE FROM choices WHERE service = ?", service.value());
            }
        }
        for (Map.Entry<ServiceId, SchedulerChoice> choice : state.choices().entrySet()) {
            if (!choice.getValue().equals(saved.choices().get(choice.getKey()))) {
                execute(ChoiceRow.INSERT, ChoiceRow.values(choice.getKey(), choice.getValue()));
            }
        }
        for (NodeRegistration node : state.nodes().values()) {
            if (!node.equals(saved.nodes().get(node.node()))) {
                execute(NodeRow.INSERT, NodeRow.values(node));
            }
        }
    }

    private void fact(String name, Optional<String> value) throws SQLException {
        if (value.isPresent()) {
            execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", name, value.get());
        } else {
            execute("DELETE FROM facts WHERE name = ?", name);
        }
    }

    private void placement(String role, String kind, String phase, Placement placement) throws SQLException {
        execute(
                "INSERT OR REPLACE INTO placements VALUES (?, ?, ?, ?)",
                role,
                kind,
                phase,
                Documents.toJson(placement));
    }

    private void execute(String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }

    @Override
    public void close() throws StoreException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw database.failure(e);
        }
    }
}

package dev.offramp.coordinator.store;

import dev.offramp.coordinator.control.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The file {@code state.db}: SQLite with a write-ahead log, every commit on disk before it returns. One coordinator at a
 * time. Connections are confined to their users.
 */
public final class Database {
    private static final int SCHEMA = 2;
    private static final String[] TABLES = {
        "CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
        "CREATE TABLE IF NOT EXISTS placements (role TEXT PRIMARY KEY, kind TEXT NOT NULL, phase TEXT NOT NULL,"
                + " document TEXT NOT NULL) STRICT",
        "CREATE TABLE IF NOT EXISTS policies (service TEXT PRIMARY KEY, intent TEXT NOT NULL, effective TEXT NOT NULL)"
                + " STRICT",
        "CREATE TABLE IF NOT EXISTS nodes (node TEXT PRIMARY KEY, incarnation INTEGER NOT NULL,"
                + " data_address TEXT NOT NULL, http_address TEXT NOT NULL, board TEXT NOT NULL,"
                + " emulated INTEGER NOT NULL, memory_bytes INTEGER NOT NULL, capacity_jobs INTEGER NOT NULL,"
                + " capacity_bytes INTEGER NOT NULL, seen_epoch INTEGER NOT NULL, seen_policies TEXT NOT NULL,"
                + " version TEXT NOT NULL) STRICT",
        "CREATE TABLE IF NOT EXISTS choices (service TEXT PRIMARY KEY, scheduler TEXT NOT NULL,"
                + " accuracy_weight REAL NOT NULL, loss_bound REAL NOT NULL, loss_weight REAL NOT NULL,"
                + " latency_bound_seconds REAL, latency_weight REAL NOT NULL) STRICT",
        "CREATE TABLE IF NOT EXISTS profiles (model TEXT PRIMARY KEY, sha256 TEXT NOT NULL) STRICT",
        "CREATE TABLE IF NOT EXISTS models (model TEXT PRIMARY KEY, manifest TEXT NOT NULL) STRICT",
        "CREATE TABLE IF NOT EXISTS tokens (id TEXT PRIMARY KEY, secret TEXT NOT NULL, member TEXT NOT NULL, hosts"
                + " TEXT NOT NULL, expires INTEGER NOT NULL, used_by TEXT NOT NULL, revoked INTEGER NOT NULL) STRICT",
        "CREATE TABLE IF NOT EXISTS certificates (serial TEXT PRIMARY KEY, member TEXT NOT NULL, hosts TEXT NOT NULL,"
                + " not_after INTEGER NOT NULL, revoked INTEGER NOT NULL) STRICT",
    };

    private final Path file;

    private Database(Path file) {
        this.file = file;
    }

    /** Opens {@code directory/state.db}, or makes it. */
    public static Database open(Path directory) throws StoreException {
        Path file = directory.resolve("state.db");
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new StoreException("cannot make the directory %s: %s".formatted(directory, e.getMessage()), e);
        }
        Database database = new Database(file);
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            int schema;
            try (var version = statement.executeQuery("PRAGMA user_version")) {
                schema = version.getInt(1);
            }
            if (schema > SCHEMA) {
                throw new SQLException("it has schema %d, but this offramp knows %d. Maybe a newer one wrote it"
                        .formatted(schema, SCHEMA));
            }
            for (String table : TABLES) {
                statement.execute(table);
            }
            statement.execute("PRAGMA user_version = " + SCHEMA);
        } catch (SQLException e) {
            throw database.failure(e);
        }
        return database;
    }

    /** A new connection; close it. */
    Connection connect() throws StoreException {
        try {
            Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA busy_timeout = 5000");
                statement.execute("PRAGMA journal_mode = WAL");
                statement.execute("PRAGMA synchronous = FULL");
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
            return connection;
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    StoreException failure(Exception e) {
        return new StoreException("state store %s: %s".formatted(file, e.getMessage()), e);
    }
}

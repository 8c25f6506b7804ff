package dev.offramp.coordinator.store;

import dev.offramp.coordinator.control.StoreException;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.artifact.Digest;
import dev.offramp.partition.artifact.Manifest;
import dev.offramp.proto.ManifestFile;
import dev.offramp.proto.WireException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Manifests of the models that have been pushed, by name. Thread-safe. */
public final class Models {
    private final Database database;
    private final SortedMap<ServiceId, Manifest> manifests = new TreeMap<>();
    private final SortedMap<ServiceId, Digest> profiles = new TreeMap<>();

    public Models(Database database) throws StoreException {
        this.database = database;
        try (Connection connection = database.connect();
                var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT manifest FROM models")) {
            while (rows.next()) {
                Manifest manifest = ManifestFile.fromJson(rows.getString(1));
                manifests.put(manifest.model(), manifest);
            }
        } catch (SQLException | WireException e) {
            throw database.failure(e);
        }
        try (Connection connection = database.connect();
                var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT model, sha256 FROM profiles")) {
            while (rows.next()) {
                profiles.put(new ServiceId(rows.getString(1)), new Digest(rows.getString(2)));
            }
        } catch (SQLException | IllegalArgumentException e) {
            throw database.failure(e);
        }
    }

    /** The artifact that holds a model's exit profile; empty if it came without one. */
    public synchronized Optional<Digest> profile(ServiceId model) {
        return Optional.ofNullable(profiles.get(model));
    }

    /** In order of their names. */
    public synchronized SortedMap<ServiceId, Manifest> all() {
        return new TreeMap<>(manifests);
    }

    public synchronized boolean has(Manifest manifest) {
        return manifest.equals(manifests.get(manifest.model()));
    }

    /**
     * Durable when this returns; replaces an older model of that name, and its exit profile, unless only that is missing.
     *
     * @param profile the artifact that holds it
     */
    public synchronized void put(Manifest manifest, Optional<Digest> profile) throws StoreException {
        boolean keepsProfile = profile.isEmpty() && has(manifest);
        try (Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            String model = manifest.model().value();
            execute(connection, "INSERT OR REPLACE INTO models VALUES (?, ?)", model, ManifestFile.toJson(manifest));
            if (profile.isPresent()) {
                execute(
                        connection,
                        "INSERT OR REPLACE INTO profiles VALUES (?, ?)",
                        model,
                        profile.get().hex());
            } else if (!keepsProfile) {
                execute(connection, "DELETE FROM profiles WHERE model = ?", model);
            }
            connection.commit();
        } catch (SQLException e) {
            throw database.failure(e);
        }
        manifests.put(manifest.model(), manifest);
        if (profile.isPresent()) {
            profiles.put(manifest.model(), profile.get());
        } else if (!keepsProfile) {
            profiles.remove(manifest.model());
        }
    }

    private static void execute(Connection connection, String sql, String... values) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }
}

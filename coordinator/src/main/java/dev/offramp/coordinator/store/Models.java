package dev.offramp.coordinator.store;

import dev.offramp.coordinator.control.StoreException;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.artifact.Manifest;
import dev.offramp.proto.ManifestFile;
import dev.offramp.proto.WireException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.SortedMap;
import java.util.TreeMap;

/** Manifests of the models that have been pushed, by name. Thread-safe. */
public final class Models {
    private final Database database;
    private final SortedMap<ServiceId, Manifest> manifests = new TreeMap<>();

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
    }

    /** In order of their names. */
    public synchronized SortedMap<ServiceId, Manifest> all() {
        return new TreeMap<>(manifests);
    }

    public synchronized boolean has(Manifest manifest) {
        return manifest.equals(manifests.get(manifest.model()));
    }

    /** Durable when this returns; replaces an older model of that name. */
    public synchronized void put(Manifest manifest) throws StoreException {
        try (Connection connection = database.connect();
                var statement = connection.prepareStatement("INSERT OR REPLACE INTO models VALUES (?, ?)")) {
            statement.setString(1, manifest.model().value());
            statement.setString(2, ManifestFile.toJson(manifest));
            statement.executeUpdate();
        } catch (SQLException e) {
            throw database.failure(e);
        }
        manifests.put(manifest.model(), manifest);
    }
}

package dev.offramp.coordinator.store;

import dev.offramp.coordinator.authority.MemberStore;
import dev.offramp.coordinator.control.StoreException;
import dev.offramp.partition.artifact.Digest;
import dev.offramp.proto.identity.Identity;
import dev.offramp.proto.identity.Role;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Members in SQLite, a connection per request. Thread-safe. */
public final class SqliteMemberStore implements MemberStore {
    private static final String TOKEN = "SELECT id, secret, member, hosts, expires, used_by, revoked FROM tokens";
    private static final String CERTIFICATE = "SELECT serial, member, hosts, not_after, revoked FROM certificates";
    private static final int RADIX = 16;

    private final Database database;

    public SqliteMemberStore(Database database) {
        this.database = database;
    }

    /** What is made of the rows of a result. */
    @FunctionalInterface
    private interface Rows<T> {
        T read(ResultSet rows) throws SQLException;
    }

    private int update(String sql, Object... values) throws StoreException {
        try (Connection connection = database.connect();
                PreparedStatement statement = prepare(connection, sql, values)) {
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw database.failure(e);
        }
    }

    private <T> List<T> query(Rows<T> row, String sql, Object... values) throws StoreException {
        try (Connection connection = database.connect();
                PreparedStatement statement = prepare(connection, sql, values);
                ResultSet rows = statement.executeQuery()) {
            List<T> all = new ArrayList<>();
            while (rows.next()) {
                all.add(row.read(rows));
            }
            return all;
        } catch (SQLException | IllegalArgumentException e) {
            throw database.failure(e);
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    @Override
    public void keep(KeptToken token) throws StoreException {
        var unused = update(
                "INSERT INTO tokens (id, secret, member, hosts, expires, used_by, revoked) VALUES (?, ?, ?, ?, ?, '',"
                        + " 0)",
                token.id(),
                token.secret().hex(),
                token.member().uri(),
                String.join(" ", token.hosts()),
                token.expires().getEpochSecond());
    }

    @Override
    public Optional<KeptToken> token(String id) throws StoreException {
        return query(SqliteMemberStore::token, TOKEN + " WHERE id = ?", id).stream()
                .findFirst();
    }

    @Override
    public List<KeptToken> tokens() throws StoreException {
        return query(SqliteMemberStore::token, TOKEN + " ORDER BY expires, id");
    }

    private static KeptToken token(ResultSet row) throws SQLException {
        String usedBy = row.getString("used_by");
        return new KeptToken(
                row.getString("id"),
                new Digest(row.getString("secret")),
                Identity.parse(row.getString("member")),
                hosts(row),
                Instant.ofEpochSecond(row.getLong("expires")),
                usedBy.isEmpty() ? Optional.empty() : Optional.of(new Digest(usedBy)),
                row.getInt("revoked") != 0);
    }

    private static List<String> hosts(ResultSet row) throws SQLException {
        String hosts = row.getString("hosts");
        return hosts.isEmpty() ? List.of() : List.of(hosts.split(" ", -1));
    }

    @Override
    public boolean redeem(String id, Digest secret, Digest key, Instant now) throws StoreException {
        return update(
                        "UPDATE tokens SET used_by = ? WHERE id = ? AND secret = ? AND used_by IN ('', ?)"
                                + " AND expires > ? AND revoked = 0",
                        key.hex(),
                        id,
                        secret.hex(),
                        key.hex(),
                        now.getEpochSecond())
                == 1;
    }

    @Override
    public boolean revokeToken(String id) throws StoreException {
        return update("UPDATE tokens SET revoked = 1 WHERE id = ? AND used_by = '' AND revoked = 0", id) == 1;
    }

    @Override
    public void keep(KeptCertificate certificate) throws StoreException {
        var unused = update(
                "INSERT INTO certificates (serial, member, hosts, not_after, revoked) VALUES (?, ?, ?, ?, 0)",
                certificate.serial().toString(RADIX),
                certificate.member().uri(),
                String.join(" ", certificate.hosts()),
                certificate.notAfter().getEpochSecond());
    }

    @Override
    public List<KeptCertificate> certificates(Instant now) throws StoreException {
        return query(
                SqliteMemberStore::certificate,
                CERTIFICATE + " WHERE not_after >= ? ORDER BY member, not_after",
                now.getEpochSecond());
    }

    @Override
    public Optional<KeptCertificate> certificate(BigInteger serial) throws StoreException {
        return query(SqliteMemberStore::certificate, CERTIFICATE + " WHERE serial = ?", serial.toString(RADIX)).stream()
                .findFirst();
    }

    private static KeptCertificate certificate(ResultSet row) throws SQLException {
        return new KeptCertificate(
                new BigInteger(row.getString("serial"), RADIX),
                Identity.parse(row.getString("member")),
                hosts(row),
                Instant.ofEpochSecond(row.getLong("not_after")),
                row.getInt("revoked") != 0);
    }

    @Override
    public int revokeCertificates(Role role, String name, Instant now) throws StoreException {
        String uri = "offramp://%s/%s".formatted(role.label(), name);
        // A camera's goes on with what it may do.
        return update(
                "UPDATE certificates SET revoked = 1 WHERE (member = ? OR substr(member, 1, ?) = ?)"
                        + " AND not_after >= ? AND revoked = 0",
                uri,
                uri.length() + 1,
                uri + "?",
                now.getEpochSecond());
    }

    @Override
    public Set<BigInteger> revoked(Instant now) throws StoreException {
        return new HashSet<>(query(
                row -> new BigInteger(row.getString("serial"), RADIX),
                "SELECT serial FROM certificates WHERE revoked = 1 AND not_after >= ?",
                now.getEpochSecond()));
    }

    @Override
    public void forget(Instant expiredBefore) throws StoreException {
        var unusedTokens = update("DELETE FROM tokens WHERE expires < ?", expiredBefore.getEpochSecond());
        var unusedCertificates = update("DELETE FROM certificates WHERE not_after < ?", expiredBefore.getEpochSecond());
    }
}

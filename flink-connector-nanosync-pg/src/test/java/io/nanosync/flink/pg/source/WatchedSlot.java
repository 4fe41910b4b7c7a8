package io.nanosync.flink.pg.source;

import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.Lsn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/** A slot on the server at a local port, asked in one session as long as that lasts. */
final class WatchedSlot {

    private final int port;
    private final String database;
    private final String slot;
    private @Nullable Connection session;

    WatchedSlot(int port, String database, String slot) {
        this.port = port;
        this.database = database;
        this.slot = slot;
    }

    /**
     * Where it stands.
     *
     * @param streamingPid the backend that streams from it; null while none does
     */
    record Place(Lsn confirmed, @Nullable String streamingPid) {}

    /**
     * Where it stands now; empty while there is none.
     *
     * @throws SQLException when the server is away
     */
    Optional<Place> place() throws SQLException {
        Connection open = session == null ? connect() : session;
        session = open;
        try (PreparedStatement statement =
                open.prepareStatement(
                        "SELECT confirmed_flush_lsn::text, (SELECT pid::text FROM"
                                + " pg_stat_replication WHERE pid = active_pid AND state IN"
                                + " ('catchup', 'streaming')) FROM pg_replication_slots WHERE"
                                + " slot_name = ? AND database = ? AND confirmed_flush_lsn IS NOT"
                                + " NULL")) {
            statement.setString(1, slot);
            statement.setString(2, database);
            try (ResultSet found = statement.executeQuery()) {
                return found.next()
                        ? Optional.of(new Place(Lsn.parse(found.getString(1)), found.getString(2)))
                        : Optional.empty();
            }
        } catch (SQLException e) {
            close();
            throw e;
        }
    }

    /** In another database than its own, which may be dropped. */
    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", TestPostgres.SUPERUSER);
        properties.setProperty("ApplicationName", "confirmed-watch");
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("socketTimeout", "10");
        Connection made =
                new Driver()
                        .connect("jdbc:postgresql://127.0.0.1:" + port + "/postgres", properties);
        if (made == null) {
            throw new SQLException("Not understood by the driver");
        }
        return made;
    }

    void close() {
        Connection open = session;
        session = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException isGone) {
                // With its server.
            }
        }
    }
}

package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.wal.Lsn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A second slot that sees every transaction from its creation on. Create it while the captured
 * tables are still empty: then it knows their rows at any later point too.
 *
 * <p>Until it is closed the server keeps all WAL.
 */
public final class Witness implements AutoCloseable {

    private static final String PLUGIN = "test_decoding";

    private final Sessions sessions;
    private final String slot;

    private Witness(Sessions sessions, String slot) {
        this.sessions = sessions;
        this.slot = slot;
    }

    /**
     * Creates the slot.
     *
     * @throws SQLException when the server refuses it
     */
    public static Witness start(Sessions sessions, String slot) throws SQLException {
        return start(sessions, slot, "SELECT pg_create_logical_replication_slot(?, ?)");
    }

    /**
     * Creates a slot of which standbys have copies, from 17 on.
     *
     * @throws SQLException when the server refuses it
     */
    public static Witness startWithFailover(Sessions sessions, String slot) throws SQLException {
        return start(
                sessions,
                slot,
                "SELECT pg_create_logical_replication_slot(?, ?, false, false, true)");
    }

    private static Witness start(Sessions sessions, String slot, String sql) throws SQLException {
        try (Connection connection = sessions.open();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, slot);
            statement.setString(2, PLUGIN);
            statement.execute();
        }
        return new Witness(sessions, slot);
    }

    /** Describes the tables as the catalog has them now. */
    List<CapturedTable> describe(Collection<QualifiedName> names) throws SQLException {
        try (Connection connection = sessions.open()) {
            List<CapturedTable> tables = new ArrayList<>();
            for (QualifiedName name : names) {
                tables.add(CapturedTable.of(connection, name));
            }
            return tables;
        }
    }

    /** Tells every transaction in commit order; may be called again. */
    void replay(Listener listener) throws SQLException {
        try (Connection connection = sessions.open()) {
            // A cursor, as there may be millions of lines.
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET DateStyle = ISO");
                statement.execute("SET IntervalStyle = postgres");
                statement.execute("SET TimeZone = 'UTC'");
                statement.execute("SET extra_float_digits = 1");
                statement.execute("SET lc_monetary = 'C'");
                statement.execute("SET bytea_output = hex");
                statement.setFetchSize(1_000);
                try (ResultSet rows =
                        statement.executeQuery(
                                "SELECT lsn, xid, data FROM pg_logical_slot_peek_changes('"
                                        + slot
                                        + "', NULL, NULL)")) {
                    replay(rows, listener);
                }
            }
            connection.rollback();
        }
    }

    private static void replay(ResultSet rows, Listener listener) throws SQLException {
        List<DecodedLine> changes = new ArrayList<>();
        List<Lsn> places = new ArrayList<>();
        while (rows.next()) {
            if (rows.getString(3).startsWith("message: ")) {
                // A heartbeat of a pipeline: it changes no table.
                continue;
            }
            DecodedLine line = LineParser.parse(rows.getString(3));
            if (line instanceof DecodedLine.Commit) {
                listener.transaction(
                        new WitnessedTransaction(
                                rows.getLong(2),
                                Lsn.parse(rows.getString(1)),
                                List.copyOf(changes),
                                List.copyOf(places)));
                changes.clear();
                places.clear();
            } else if (line instanceof DecodedLine.Change || line instanceof DecodedLine.Truncate) {
                changes.add(line);
                places.add(Lsn.parse(rows.getString(1)));
            }
        }
    }

    /** Drops the slot. */
    @Override
    public void close() throws SQLException {
        try (Connection connection = sessions.open();
                PreparedStatement statement =
                        connection.prepareStatement("SELECT pg_drop_replication_slot(?)")) {
            statement.setString(1, slot);
            statement.execute();
        }
    }

    /** Hears of transactions. */
    @FunctionalInterface
    interface Listener {

        /** A committed transaction. */
        void transaction(WitnessedTransaction transaction);
    }
}

package io.nanosync.flink.pg.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The snapshots that sessions of a server have exported. An id is made of the place of the session,
 * of the number of its transaction and of a count, and so comes again after a restart.
 */
public final class ExportedSnapshots implements AutoCloseable {

    private static final int SESSIONS = 40;

    private final List<Connection> sessions = new ArrayList<>();

    private ExportedSnapshots() {}

    /** Ids of those that are exported now. */
    public static List<String> of(TestPostgres server) {
        try (Stream<Path> files = Files.list(server.dataFolder().resolve("pg_snapshots"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list the snapshots of " + server.folder(), e);
        }
    }

    /**
     * Exports a snapshot of now under an id that an earlier one had, on a server that was restarted
     * since. Keeps it until it is closed.
     */
    public static ExportedSnapshots again(TestDatabase database, String id) {
        ExportedSnapshots exported = new ExportedSnapshots();
        try {
            for (int i = 0; i < SESSIONS; i++) {
                Connection session = database.connect();
                exported.sessions.add(session);
                session.setAutoCommit(false);
                session.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                if (comesTo(session, id)) {
                    return exported;
                }
            }
        } catch (SQLException e) {
            exported.close();
            throw new AssertionError("Cannot export snapshots of " + database, e);
        }
        exported.close();
        throw new AssertionError("None of " + SESSIONS + " sessions comes to snapshot " + id);
    }

    /** Whether the session has the place of the id; then the id is exported. */
    private static boolean comesTo(Connection session, String id) throws SQLException {
        String[] wanted = id.split("-");
        try (Statement statement = session.createStatement()) {
            while (true) {
                String found;
                try (ResultSet result = statement.executeQuery("SELECT pg_export_snapshot()")) {
                    result.next();
                    found = result.getString(1);
                }
                if (found.equals(id)) {
                    return true;
                }
                String[] parts = found.split("-");
                session.rollback();
                // Same width, so that the order of texts is that of numbers.
                if (!parts[0].equals(wanted[0]) || parts[1].compareTo(wanted[1]) > 0) {
                    return false;
                }
            }
        }
    }

    @Override
    public void close() {
        for (Connection session : sessions) {
            try {
                session.close();
            } catch (SQLException e) {
                throw new AssertionError("Cannot close a session", e);
            }
        }
    }
}

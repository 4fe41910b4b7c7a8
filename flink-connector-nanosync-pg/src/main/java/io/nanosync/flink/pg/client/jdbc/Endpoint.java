package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.ConnectionConfig;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Where errors happened, and the errors themselves as a person reads them.
 *
 * @param address the hosts, and which of them answered is left to the server's text
 * @param database the database
 * @param user the role
 */
record Endpoint(String address, String database, String user) {

    static Endpoint of(ConnectionConfig config) {
        return new Endpoint(config.address(), config.database(), config.user());
    }

    /** {@code host:5432/database}. */
    @Override
    public String toString() {
        return address + "/" + database;
    }

    /**
     * An error with what was being done ({@code "read slot \"x\""}), where, PostgreSQL's words, and
     * the remedy that its SQLSTATE suggests.
     */
    PgException failure(String doing, SQLException error) {
        return failure(doing, error, SqlStates.remedy(error.getSQLState()));
    }

    PgException failure(String doing, SQLException error, @Nullable String remedy) {
        return new PgException(
                message(doing, error, remedy),
                error.getSQLState(),
                SqlStates.recovery(error),
                error);
    }

    /** The message of {@link #failure}. */
    String message(String doing, SQLException error, @Nullable String remedy) {
        return "Cannot "
                + doing
                + " on "
                + this
                + ": "
                + serverText(error)
                + (error.getSQLState() == null ? "" : " (SQLSTATE " + error.getSQLState() + ")")
                + (remedy == null ? "" : ". " + remedy);
    }

    /** PostgreSQL's message, detail and hint without positions; the driver's text without them. */
    static String serverText(SQLException error) {
        ServerErrorMessage server =
                error instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
        if (server == null) {
            Throwable cause = error.getCause();
            return cause == null || cause.getMessage() == null
                    ? String.valueOf(error.getMessage())
                    : error.getMessage() + " (" + cause.getMessage() + ")";
        }
        StringBuilder text = new StringBuilder(String.valueOf(server.getMessage()));
        for (@Nullable String more :
                new @Nullable String[] {server.getDetail(), server.getHint()}) {
            if (more != null) {
                text.append("; ").append(more);
            }
        }
        return text.toString();
    }
}

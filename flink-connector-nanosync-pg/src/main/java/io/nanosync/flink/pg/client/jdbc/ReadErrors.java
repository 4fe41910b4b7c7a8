package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.PgException.Recovery;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.sql.SQLException;
import java.util.Set;

/** What goes wrong while rows are read or a table is divided, in words without any value. */
final class ReadErrors {

    /**
     * Classes of SQLSTATEs, and whole ones, whose words say nothing of what a query names or
     * calculates with: of connections, transactions, locks, resources, operators, files, damage.
     */
    private static final Set<String> NO_VALUES =
            Set.of("08", "25", "40", "53", "55", "57", "58", "42501", "XX001", "XX002");

    private final Session session;

    ReadErrors(Session session) {
        this.session = session;
    }

    /** A query without values in it failed; {@code doing} completes "Cannot …". */
    PgException failure(String doing, SQLException error) {
        return SqlStates.CONFIGURATION_LIMIT.equals(error.getSQLState())
                ? noRoomToSort(doing, error)
                : session.failure(doing, error);
    }

    /**
     * A query failed that has values of a column in it, or calculates with them. PostgreSQL quotes
     * what it can't read: then neither its words are told nor its error is the cause.
     */
    PgException failureWithValues(String doing, SQLException error) {
        String state = String.valueOf(error.getSQLState());
        boolean answered = error.getSQLState() != null;
        if (!answered || NO_VALUES.contains(state) || NO_VALUES.contains(state.substring(0, 2))) {
            return failure(doing, error);
        }
        return new PgException(
                "Cannot "
                        + doing
                        + " on "
                        + session.endpoint()
                        + ": SQLSTATE "
                        + state
                        + ". PostgreSQL's own words may quote a value of the column that the table"
                        + " is divided by, and are left out; its log has them. If it stays so, give"
                        + " this table another partition_strategy",
                state,
                SqlStates.recovery(error),
                null);
    }

    /**
     * While rows are read the only such limit is that of temporary files, and the next try needs as
     * much.
     */
    private PgException noRoomToSort(String doing, SQLException error) {
        Endpoint endpoint = session.endpoint();
        return new PgException(
                endpoint.message(
                        doing,
                        error,
                        "The server may not write as much as it has to sort for this role. As a"
                                + " superuser run: ALTER ROLE "
                                + QualifiedName.quote(endpoint.user())
                                + " IN DATABASE "
                                + QualifiedName.quote(endpoint.database())
                                + " SET temp_file_limit = -1 (or enough kB), or give this table"
                                + " another partition_strategy: minmax and ctid sort nothing"),
                error.getSQLState(),
                Recovery.FAIL,
                error);
    }
}

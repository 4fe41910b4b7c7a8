package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.PgException.Recovery;
import io.nanosync.flink.pg.client.RowFilterException;
import io.nanosync.flink.pg.client.TableFile;
import io.nanosync.flink.pg.client.TableRewrittenException;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

    /**
     * A COPY failed.
     *
     * @return {@link TableRewrittenException} when it is the range or the row filter, which names
     *     what was altered; {@link RowFilterException} when the filter has no result for a row
     */
    PgException failure(CopiedRows rows, SQLException error) {
        TableFile file = rows.file();
        if (file != null && SqlStates.saysOtherTable(error)) {
            return otherTable(file);
        }
        String doing = "read " + rows;
        SQLException ofRange = rows.range() == null ? null : error;
        if (rows.filter() != null) {
            if (SqlStates.saysAltered(error)) {
                return altered(rows, error);
            }
            if (SqlStates.saysData(error)) {
                ofRange = rows.range() == null ? null : retried(rows);
                if (ofRange == null) {
                    return new RowFilterException(
                            doing, session.endpoint(), String.valueOf(error.getSQLState()));
                }
            }
        }
        if (ofRange == null) {
            return failure(doing, error);
        }
        return SqlStates.saysOutdated(ofRange)
                ? altered(rows, ofRange)
                : failureWithValues(doing, ofRange);
    }

    /**
     * What the range fails with when it isn't filtered; null when it doesn't. It is calculated with
     * nulls: whatever it names is looked up, and no row is read.
     */
    private @Nullable SQLException retried(CopiedRows rows) {
        try {
            session.executeRaw("ROLLBACK");
            session.executeRaw(
                    "SELECT "
                            + rows.range()
                            + " FROM (SELECT) AS one LEFT JOIN ONLY "
                            + rows.sql()
                            + " ON false");
            return null;
        } catch (SQLException e) {
            return e;
        }
    }

    /** A table's name, by which it is read, isn't its own any more. */
    TableRewrittenException otherTable(TableFile file) {
        return rewritten(file, "another table has its name now, or none has");
    }

    /** A table can't be read under the snapshot any more; {@code what} was done to it. */
    TableRewrittenException rewritten(TableFile file, String what) {
        return new TableRewrittenException(
                "Cannot read "
                        + file.name()
                        + " on "
                        + session.endpoint()
                        + " under the snapshot: "
                        + what
                        + ". Its rows must be read again under a new snapshot");
    }

    private PgException altered(CopiedRows rows, SQLException error) {
        return new TableRewrittenException(
                "Cannot read "
                        + rows
                        + " on "
                        + session.endpoint()
                        + " under the snapshot: what their range of values or their row filter"
                        + " names was altered (SQLSTATE "
                        + error.getSQLState()
                        + "). They must be read again under a new snapshot");
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

package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.wal.Lsn;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What can go wrong with a replication stream, and its remedies.
 *
 * @param session its connection
 * @param slot the slot
 * @param publication the publication
 */
record StreamErrors(Session session, String slot, String publication) {

    PgException starting(Lsn from, SQLException error) {
        return session.failure(
                "start streaming from slot \"" + slot + "\" at " + from, error, starting(error));
    }

    private @Nullable String starting(SQLException error) {
        String state = String.valueOf(error.getSQLState());
        return switch (state) {
            case SqlStates.UNDEFINED_OBJECT ->
                    "The slot is gone, and with it the changes since it was last confirmed. "
                            + FreshSnapshot.remedy(slot);
            case SqlStates.NOT_IN_PREREQUISITE_STATE ->
                    "The slot lost WAL that it still needed (see wal_status in"
                            + " pg_replication_slots). "
                            + FreshSnapshot.remedy(slot)
                            + ". Raise max_slot_wal_keep_size to keep more";
            case SqlStates.OBJECT_IN_USE ->
                    "Another connection streams from it; see who: SELECT active_pid FROM"
                            + " pg_replication_slots WHERE slot_name = '"
                            + slot
                            + "'";
            default -> SqlStates.remedy(state);
        };
    }

    /** Begins the message of an error that isn't PostgreSQL's. */
    String doing() {
        return "Cannot stream from slot \"" + slot + "\" on " + session.endpoint();
    }

    PgException reading(SQLException error) {
        if (SqlStates.saysData(error)) {
            return ofData(error);
        }
        return session.failure(
                "stream from slot \"" + slot + "\"", error, reading(error.getSQLState()));
    }

    /** A change stays as it was written, and so does what it fails with. */
    private PgException ofData(SQLException error) {
        return new PgException(
                doing()
                        + ": the server fails to put a change into words, SQLSTATE "
                        + error.getSQLState()
                        + ". Its own ones may quote a value of the change and are left out; its log"
                        + " has them. Either the row filter of publication \""
                        + publication
                        + "\" has no result for it, or its text has none in UTF-8. Alter the"
                        + " filter, or the rows, first. "
                        + FreshSnapshot.remedy(slot),
                error.getSQLState(),
                SqlStates.recovery(error),
                null);
    }

    private @Nullable String reading(@Nullable String state) {
        if (SqlStates.UNDEFINED_OBJECT.equals(state)) {
            return "Publication \""
                    + publication
                    + "\" was not there when the next change was written: a publication that was"
                    + " dropped can't be put back for changes before. "
                    + FreshSnapshot.remedy(slot);
        }
        return SqlStates.remedy(state);
    }

    PgException confirming(Lsn flushed, SQLException error) {
        return session.failure(
                "confirm " + flushed + " to slot \"" + slot + "\"",
                error,
                SqlStates.remedy(error.getSQLState()));
    }
}

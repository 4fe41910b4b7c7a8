package io.nanosync.flink.jobs.testing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What a pipeline is at, as its server sees it. */
public enum PipelinePhase {
    /** Nothing of it to be seen, or between two phases. */
    QUIET,
    /** Copies rows. */
    SNAPSHOT,
    /** Streams from its slot. */
    STREAM;

    /** Asks the server; the pipeline is the only one that copies from the database. */
    public static PipelinePhase of(Connection connection, String slot) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                """
                                SELECT CASE
                                    WHEN EXISTS (SELECT FROM pg_replication_slots s
                                        JOIN pg_stat_replication r ON r.pid = s.active_pid
                                        WHERE s.slot_name = '%s'
                                        AND r.state IN ('catchup', 'streaming')) THEN 'STREAM'
                                    WHEN EXISTS (SELECT FROM pg_stat_progress_copy
                                        WHERE command = 'COPY TO'
                                        AND datname = current_database()) THEN 'SNAPSHOT'
                                    ELSE 'QUIET' END
                                """
                                        .formatted(slot))) {
            row.next();
            return valueOf(row.getString(1));
        }
    }
}

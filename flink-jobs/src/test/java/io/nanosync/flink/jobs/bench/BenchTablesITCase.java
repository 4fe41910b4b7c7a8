package io.nanosync.flink.jobs.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class BenchTablesITCase {

    /** As the embedded server has it: a commit doesn't wait for its WAL. */
    @Test
    void loadedRowsAreVisibleToAllThoughCommitsDoNotWaitForTheWal() throws SQLException {
        try (TestDatabase database = TestPostgres.shared(18).createDatabase()) {
            database.execute("ALTER DATABASE " + database.name() + " SET synchronous_commit = off");
            assertAllVisible(database);
        }
    }

    /** As the keeper of a job that was cancelled just now. */
    @Test
    void loadedRowsAreVisibleToAllThoughASnapshotIsLeftOpen() throws SQLException {
        try (TestDatabase database = TestPostgres.shared(18).createDatabase();
                Connection keeper = database.connect();
                Statement statement = keeper.createStatement()) {
            statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ");
            statement.execute("SELECT pg_export_snapshot()");
            assertAllVisible(database);
        }
    }

    private static void assertAllVisible(TestDatabase database) throws SQLException {
        new BenchTables(new Database(database.connectionConfig())).loadOrders("orders", 10_000);

        assertThat(
                        database.queryString(
                                "SELECT relpages - relallvisible FROM pg_class"
                                        + " WHERE oid = 'orders'::regclass"))
                .isEqualTo("0");
    }
}

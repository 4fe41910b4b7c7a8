package io.nanosync.flink.jobs.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class BenchTablesITCase {

    /** As the embedded server has it: a commit doesn't wait for its WAL. */
    @Test
    void loadedRowsAreVisibleToAllThoughCommitsDoNotWaitForTheWal() throws SQLException {
        try (TestDatabase database = TestPostgres.shared(18).createDatabase()) {
            database.execute("ALTER DATABASE " + database.name() + " SET synchronous_commit = off");
            BenchTables tables = new BenchTables(new Database(database.connectionConfig()));

            tables.loadOrders("orders", 100_000);

            assertThat(
                            database.queryString(
                                    "SELECT relpages - relallvisible FROM pg_class"
                                            + " WHERE oid = 'orders'::regclass"))
                    .isEqualTo("0");
        }
    }
}

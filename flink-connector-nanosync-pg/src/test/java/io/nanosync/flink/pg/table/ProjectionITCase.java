package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Values of columns that no statement asks for are never made: by the snapshot nor by the stream.
 */
@Tag("long")
class ProjectionITCase {

    private TestDatabase database;
    private TableEnvironment flink;

    @BeforeEach
    void create() {
        database = TestPostgres.shared(17).createDatabase();
        flink = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
        flink.getConfig().set("execution.checkpointing.interval", "200ms");
        flink.getConfig().set("parallelism.default", "2");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private void declare(String columns, String... options) {
        flink.executeSql(
                "CREATE TABLE t ("
                        + columns
                        + ") WITH ('connector' = 'nanosync-pg', 'dsn' = '"
                        + database.dsn()
                        + "', 'table-name' = 'public.t'"
                        + String.join("", options)
                        + ")");
    }

    /** No DECIMAL holds the values of {@code odd}: reading one would end the job. */
    @Test
    void readsTheColumnsOfTheStatementAlone() throws Exception {
        database.execute(
                "CREATE TABLE t (odd numeric(12,2), gone int, id int PRIMARY KEY, big text, note"
                        + " text)",
                "ALTER TABLE t DROP COLUMN gone",
                "ALTER TABLE t ALTER COLUMN big SET STORAGE EXTERNAL",
                "INSERT INTO t SELECT 'NaN', i, repeat('x', 9000), 'note ' || i FROM"
                        + " generate_series(1, 3) i");
        declare(
                "id INT, odd DECIMAL(12, 2), big STRING, note STRING, PRIMARY KEY (id) NOT"
                        + " ENFORCED",
                ", 'toast' = 'fail'");
        try (LiveQuery query = new LiveQuery(flink, "SELECT note, id FROM t")) {
            query.awaitRows(3);
            database.execute(
                    "INSERT INTO t VALUES ('NaN', 4, 'x', 'new')",
                    "UPDATE t SET note = 'other' WHERE id = 1",
                    "UPDATE t SET id = 20, note = 'moved' WHERE id = 2",
                    "DELETE FROM t WHERE id = 3");
            Map<List<Object>, Integer> expected =
                    Map.of(
                            List.<Object>of("other", 1), 1,
                            List.<Object>of("moved", 20), 1,
                            List.<Object>of("new", 4), 1);
            Await.until("Flink has what PostgreSQL has", () -> query.retracted().equals(expected));
        }
    }

    /** Flink counts by the first column, whatever that is, and without a key there is no other. */
    @Test
    void countsRowsByOneColumn() throws Exception {
        database.execute(
                "CREATE TABLE t (n int, odd numeric(12,2))",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "INSERT INTO t SELECT i, 'NaN' FROM generate_series(1, 3) i");
        declare("n INT, odd DECIMAL(12, 2)");
        try (LiveQuery query = new LiveQuery(flink, "SELECT COUNT(*) FROM t")) {
            Await.until("the snapshot is counted", () -> last(query) == 3);
            database.execute(
                    "INSERT INTO t VALUES (4, 'NaN'), (NULL, 'NaN')", "DELETE FROM t WHERE n = 1");
            Await.until("so are changes", () -> last(query) == 4);
        }
    }

    private static long last(LiveQuery query) {
        List<Row> changes = query.changelog();
        return changes.isEmpty() ? 0 : changes.get(changes.size() - 1).<Long>getFieldAs(0);
    }
}

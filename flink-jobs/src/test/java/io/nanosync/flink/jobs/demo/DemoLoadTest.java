package io.nanosync.flink.jobs.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DemoLoadTest {

    private static final long ROWS = 20_000;

    private static final Map<DemoTable, Long> loaded = new EnumMap<>(DemoTable.class);

    private static TestDatabase database;

    @BeforeAll
    static void loadTables() throws SQLException, IOException {
        database = TestPostgres.shared(18).createDatabase();
        try (Connection connection = database.connect()) {
            DemoTable.createSchema(connection);
            for (DemoTable table : DemoTable.values()) {
                table.load(connection, ROWS);
                loaded.put(
                        table,
                        database.queryLong("SELECT count(*) FROM " + table.qualifiedName().sql()));
            }
        }
    }

    @AfterAll
    static void dropDatabase() {
        database.close();
    }

    @Test
    void tablesHaveTheirShareOfRows() {
        assertThat(DemoTable.ORDERS.rows(ROWS)).isEqualTo(13_000);
        for (DemoTable table : DemoTable.values()) {
            assertThat(loaded).containsEntry(table, table.rows(ROWS));
        }
    }

    @Test
    void oneMillionRowsIsOneMillionRows() {
        long sum = 0;
        for (DemoTable table : DemoTable.values()) {
            sum += table.rows(1_000_000);
        }
        assertThat(sum).isGreaterThanOrEqualTo(1_000_000);
    }

    @Test
    void someRowsOfTheTableWithoutAKeyAreEqual() {
        assertThat(
                        database.queryLong(
                                "SELECT count(*) FROM (SELECT 1 FROM shop.events e GROUP BY e"
                                        + " HAVING count(*) > 1) d"))
                .isPositive();
    }

    @Test
    void everyKindOfTransactionSucceeds() throws SQLException {
        DemoLoad load = new DemoLoad(ROWS);
        Random random = new Random(1);
        try (Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            for (int round = 0; round < 3; round++) {
                for (LoadTransaction transaction : load.mix()) {
                    if (transaction.run(connection, random)) {
                        connection.commit();
                    } else {
                        connection.rollback();
                    }
                }
            }
        }
        assertThat(database.queryLong("SELECT count(*) FROM shop.events WHERE kind = 'buy'"))
                .isPositive();
    }

    @Test
    void writersKeepTheirPaceUntilTheyAreStopped() throws SQLException, InterruptedException {
        long start = System.nanoTime();
        long commits;
        try (LoadGenerator load =
                LoadGenerator.start(
                        database::connect, List.of((connection, random) -> true), 2, 100, 7)) {
            Await.until("thirty transactions", () -> load.commits() >= 30);
            load.stop();
            commits = load.commits();
        }
        double seconds = (System.nanoTime() - start) / 1e9;

        assertThat(commits).isLessThanOrEqualTo((long) (100 * seconds) + 4);
    }

    @Test
    void aWriterThatFailsIsReported() {
        LoadGenerator load =
                LoadGenerator.start(
                        database::connect,
                        List.of(
                                (connection, random) -> {
                                    connection.createStatement().execute("SELECT nonsense");
                                    return true;
                                }),
                        1,
                        100,
                        7);

        Await.until(
                "the failure is known",
                () -> {
                    try {
                        load.check();
                        return false;
                    } catch (SQLException e) {
                        return true;
                    }
                });
        assertThatThrownBy(load::stop)
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("The load stopped by itself")
                .hasMessageContaining("nonsense");
    }
}

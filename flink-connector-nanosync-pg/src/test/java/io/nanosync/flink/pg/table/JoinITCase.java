package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.table.api.StatementSet;
import org.apache.flink.table.api.TableEnvironment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Joins into sinks with a key that Flink gets wrong, since it leaves out old rows, have
 * PostgreSQL's answers when the key is an expression.
 */
class JoinITCase {

    private static final List<String> QUERIES =
            List.of(
                    "SELECT GREATEST(a.id, a.id), b.v FROM a LEFT JOIN b ON b.id = a.id",
                    "SELECT GREATEST(a.id, a.id), b.v FROM a JOIN b ON b.id = a.id AND b.v > a.v",
                    "SELECT GREATEST(a.id, a.id), a.v FROM a WHERE a.v < (SELECT MAX(b.v) FROM b)",
                    "SELECT GREATEST(a.id, a.id), a.v FROM a WHERE a.id IN (SELECT b.id FROM b)",
                    "SELECT GREATEST(a.id, a.id), a.v FROM a WHERE NOT EXISTS (SELECT 1 FROM b"
                            + " WHERE b.id = a.id)",
                    "SELECT GREATEST(a.id, a.id), CAST((SELECT COUNT(*) FROM b WHERE b.id = a.id)"
                            + " AS INT) FROM a");

    @ParameterizedTest
    @ValueSource(strings = {"upsert", "all"})
    void keyThatIsAnExpressionHasTheRightAnswers(String mode) throws Exception {
        try (TestDatabase database = TestPostgres.shared(17).createDatabase()) {
            TableEnvironment flink = SqlSession.streaming(1);
            for (String table : List.of("a", "b")) {
                create(database, flink, table, mode);
            }
            List<Map<List<String>, String>> sinks = new ArrayList<>();
            StatementSet statements = flink.createStatementSet();
            for (int i = 0; i < QUERIES.size(); i++) {
                sinks.add(
                        KeyedSink.create(
                                flink,
                                "sink_" + i,
                                "id INT, v INT",
                                database.name() + mode + "-" + i));
                statements.addInsertSql("INSERT INTO sink_" + i + " " + QUERIES.get(i));
            }
            JobClient job = statements.execute().getJobClient().orElseThrow();
            awaitAnswers(database, sinks);
            Await.until(
                    "the slot is read", () -> database.streamingPid("nanosync_slot_joins") != null);
            database.execute(
                    "UPDATE b SET v = 0 WHERE id = 1",
                    "UPDATE b SET v = 0 WHERE id = 2",
                    "UPDATE a SET v = 90 WHERE id = 3",
                    "UPDATE b SET v = 46 WHERE id = 4",
                    "DELETE FROM b WHERE id = 4",
                    "UPDATE b SET v = 99 WHERE id = 5",
                    "UPDATE b SET v = 30 WHERE id = 5",
                    "DELETE FROM b WHERE id = 6",
                    "INSERT INTO b VALUES (7, 31)");
            awaitAnswers(database, sinks);
            job.cancel().get();
        }
    }

    private static void create(
            TestDatabase database, TableEnvironment flink, String table, String mode) {
        database.execute(
                "CREATE TABLE " + table + " (id int PRIMARY KEY, v int)",
                "INSERT INTO " + table + " SELECT i, i * 10 + 5 FROM generate_series(1, 6) i");
        if (mode.equals("all")) {
            database.execute("ALTER TABLE " + table + " REPLICA IDENTITY FULL");
        }
        flink.executeSql(
                "CREATE TABLE "
                        + table
                        + " (id INT, v INT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' ="
                        + " 'nanosync-pg', 'dsn' = '"
                        + database.dsn()
                        + "', 'table-name' = 'public."
                        + table
                        + "', 'pipeline' = 'joins', 'changelog-mode' = '"
                        + mode
                        + "')");
    }

    private static void awaitAnswers(TestDatabase database, List<Map<List<String>, String>> sinks) {
        for (int i = 0; i < sinks.size(); i++) {
            String query = QUERIES.get(i);
            Map<List<String>, String> expected = new HashMap<>();
            for (List<@Nullable String> row : database.queryRows(query)) {
                expected.put(
                        List.of(String.valueOf(row.get(0))),
                        "+I[%s, %s]".formatted(row.get(0), row.get(1)));
            }
            Map<List<String>, String> sink = sinks.get(i);
            Await.until(query, () -> sink.equals(expected));
        }
    }
}

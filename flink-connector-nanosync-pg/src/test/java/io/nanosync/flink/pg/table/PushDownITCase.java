package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a statement doesn't need of a table isn't read. */
@Tag("long")
class PushDownITCase {

    private TestDatabase database;
    private TableEnvironment flink;

    @BeforeEach
    void create() {
        database = TestPostgres.shared(17).createDatabase();
        flink = SqlSession.streaming(2);
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

    /** Without a key no other column is needed; where metadata alone is declared, none is. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "n INT, odd DECIMAL(12, 2); COUNT(n)",
                "table_name STRING METADATA; COUNT(table_name)"
            })
    void readsNoMoreWithoutAKey(String declaration, String counted) throws Exception {
        database.execute(
                "CREATE TABLE t (n int, odd numeric(12,2))",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "INSERT INTO t SELECT i, 'NaN' FROM generate_series(1, 3) i");
        declare(declaration);
        try (LiveQuery query = new LiveQuery(flink, "SELECT " + counted + " FROM t")) {
            Await.until("the snapshot is counted", () -> last(query) == 3);
            database.execute(
                    "INSERT INTO t VALUES (4, 'NaN'), (5, NULL)",
                    "UPDATE t SET odd = 1 WHERE n = 2",
                    "DELETE FROM t WHERE n = 1");
            Await.until("so are changes", () -> last(query) == 4);
        }
    }

    /** Rows that came before have what the statement before needed of them. */
    @Test
    void goesOnFromASavepointWithAnotherColumn(@TempDir Path folder) throws Exception {
        database.execute(
                "CREATE TABLE t (b text, id int PRIMARY KEY, odd numeric(12,2), a text)",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "INSERT INTO t SELECT 'b' || i, i, 'NaN', 'a' || i FROM generate_series(1, 1000)"
                        + " i");
        declare(
                "id INT, a STRING, odd DECIMAL(12, 2), b STRING, PRIMARY KEY (id) NOT ENFORCED",
                ", 'chunk-size' = '10'");
        Map<List<String>, String> before = keyed("former", "id INT, a STRING");
        JobClient former = insert("former", "SELECT id, a FROM t");
        Await.until("the snapshot is in the sink", () -> before.size() == 1000);
        database.execute("UPDATE t SET a = 'former' WHERE id = 1");
        Await.until("so is a change", () -> before.containsValue("+I[1, former]"));
        String savepoint = SqlSession.stop(former, folder);
        database.execute("UPDATE t SET a = 'meanwhile' WHERE id = 2", "DELETE FROM t WHERE id = 3");
        flink.getConfig().set("execution.state-recovery.path", savepoint);
        Map<List<String>, String> behind = keyed("latter", "id INT, a STRING, b STRING");
        behind.put(List.of("3"), "from before");
        JobClient latter = insert("latter", "SELECT id, a, b FROM t");
        try {
            database.execute(
                    "UPDATE t SET b = 'latter' WHERE id = 4",
                    "INSERT INTO t VALUES ('b', 2000, 'NaN', 'a')");
            Await.until(
                    "what changed since has come, and nothing else",
                    () ->
                            behind.equals(
                                    Map.of(
                                            List.of("2"), "+I[2, meanwhile, b2]",
                                            List.of("4"), "+I[4, a4, latter]",
                                            List.of("2000"), "+I[2000, a, b]")));
        } finally {
            latter.cancel().get();
        }
    }

    /** Behind it Flink would keep rows by key, and leave out deletes of those that came before. */
    @Test
    void savepointOfAStatementThatKeepsNoRowsIsNoneOfOneThatDoes(@TempDir Path folder)
            throws Exception {
        createHundred();
        database.execute("ALTER TABLE t REPLICA IDENTITY FULL");
        declare("id INT, PRIMARY KEY (id) NOT ENFORCED");
        Map<List<String>, String> before = keyed("former", "id INT");
        JobClient former = insert("former", "SELECT id FROM t");
        Await.until("the snapshot is in the sink", () -> before.size() == 100);
        String savepoint = SqlSession.stop(former, folder);
        flink.executeSql("DROP TABLE t");
        declare("id INT, op STRING METADATA, PRIMARY KEY (id) NOT ENFORCED");
        keyed("latter", "id INT, op STRING");
        flink.getConfig().set("execution.state-recovery.path", savepoint);
        assertThatThrownBy(
                        () ->
                                insert("latter", "SELECT id, op FROM t")
                                        .getJobExecutionResult()
                                        .get())
                .hasStackTraceContaining("Cannot map checkpoint/savepoint state");
    }

    private Map<List<String>, String> keyed(String name, String columns) {
        return KeyedSink.create(flink, name, columns, UUID.randomUUID().toString());
    }

    private JobClient insert(String sink, String query) {
        return flink.executeSql("INSERT INTO " + sink + " " + query).getJobClient().orElseThrow();
    }

    /** A second reader of the slot would be refused. */
    @Test
    void readsOnceWhatSeveralReadsNeed() throws Exception {
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, odd numeric(12,2), a text, b text)",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "INSERT INTO t SELECT i, 'NaN', 'a' || i, 'b' || i FROM generate_series(1, 3) i");
        declare(
                "b STRING, odd DECIMAL(12, 2), id INT, lsn STRING METADATA FROM 'commit_lsn', a"
                        + " STRING, PRIMARY KEY (id) NOT ENFORCED");
        try (LiveQuery query =
                new LiveQuery(
                        flink,
                        "SELECT l.id, l.a, r.b, r.lsn FROM t l JOIN t r ON l.id = r.id WHERE r.b <>"
                                + " 'b3'")) {
            Await.until("the snapshot is joined", () -> query.byKey().size() == 2);
            database.execute(
                    "UPDATE t SET a = 'changed' WHERE id = 1",
                    "INSERT INTO t VALUES (4, 'NaN', 'a4', 'b4')");
            Await.until(
                    "so are changes",
                    () ->
                            query.byKey().values().stream()
                                    .map(row -> row.get(0) + " " + row.get(1) + " " + row.get(2))
                                    .collect(Collectors.toSet())
                                    .equals(Set.of("1 changed b1", "2 a2 b2", "4 a4 b4")));
        }
    }

    /** Each of its many splits has more rows than are wanted. */
    @Test
    void readsNoMoreRowsThanAreWantedByEachReader() throws Exception {
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, note text)",
                "INSERT INTO t SELECT i, repeat('x', 500) FROM generate_series(1, 100000) i");
        flink = TableEnvironment.create(EnvironmentSettings.inBatchMode());
        flink.getConfig().set("parallelism.default", "2");
        declare(
                "id INT, note STRING",
                ", 'startup-mode' = 'snapshot', 'ctid-partition-blocks' = '100'");
        assertThat(ids("SELECT id FROM t LIMIT 10 OFFSET 5")).hasSize(10).doesNotHaveDuplicates();
        long read = rowsRead(1);
        assertThat(read).isLessThan(100_000);
        assertThat(ids("SELECT id FROM t LIMIT 1000000")).hasSize(100_000).doesNotHaveDuplicates();
        assertThat(rowsRead(read + 100_000)).isGreaterThanOrEqualTo(read + 100_000);
    }

    /**
     * Flink adds the two as integers, and asks for fewer rows than none; in batch mode itself too.
     */
    @Test
    void limitThatOverflowsIsNone() throws Exception {
        createHundred();
        declare("id INT", ", 'startup-mode' = 'snapshot'");
        assertThat(ids("SELECT id FROM t LIMIT 2147483647 OFFSET 10")).hasSize(90);
    }

    /** Of one moment. */
    @Test
    void readsATableOnceThatIsWantedWithALimitAndWithout() throws Exception {
        createHundred();
        flink = TableEnvironment.create(EnvironmentSettings.inBatchMode());
        declare("id INT", ", 'startup-mode' = 'snapshot'");
        assertThat(ids("SELECT COUNT(*) FROM (SELECT id FROM t LIMIT 10), t"))
                .containsExactly(1_000L);
        assertThat(rowsRead(100)).isEqualTo(100);
    }

    private void createHundred() {
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY)",
                "INSERT INTO t SELECT generate_series(1, 100)");
    }

    private List<Object> ids(String query) throws Exception {
        List<Object> ids = new ArrayList<>();
        try (CloseableIterator<Row> rows = flink.executeSql(query).collect()) {
            rows.forEachRemaining(row -> ids.add(row.getField(0)));
        }
        return ids;
    }

    /** By PostgreSQL's count, which comes some time later. */
    private long rowsRead(long atLeast) {
        return Await.value(
                "rows are counted",
                () -> {
                    long read =
                            database.queryLong(
                                    "SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname ="
                                            + " 't'");
                    return read >= atLeast ? read : null;
                });
    }

    private static long last(LiveQuery query) {
        List<Row> changes = query.changelog();
        return changes.isEmpty() ? 0 : changes.get(changes.size() - 1).<Long>getFieldAs(0);
    }
}

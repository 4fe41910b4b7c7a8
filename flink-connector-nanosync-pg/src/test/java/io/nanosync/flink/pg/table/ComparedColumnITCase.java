package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;

/** PostgreSQL finds each value by the text that Flink has of it, and tells it from others. */
class ComparedColumnITCase {

    private static final Map<String, List<String>> VALUES =
            Map.ofEntries(
                    Map.entry("char(4) COLLATE any_case", List.of("A", "a", "b")),
                    Map.entry("text[] COLLATE any_case", List.of("{A}", "{a}")),
                    Map.entry("any_text", List.of("A", "a", "b ")),
                    Map.entry("any_char", List.of("A", "a")),
                    Map.entry("name", List.of("A", "a", "")),
                    Map.entry("\"char\"", List.of("A", "a", "")),
                    Map.entry("time", List.of("12:00", "24:00:00", "01:02:03.00001")),
                    Map.entry("timetz", List.of("12:00+02", "00:00:00.5-03:30")),
                    Map.entry("numeric", List.of("1.50", "1.5", "NaN", "-0.000", "1e20")),
                    Map.entry("numeric(50,3)", List.of("1.5", "1e40", "-0.001")),
                    Map.entry("numeric(5,-2)", List.of("12345", "99")),
                    Map.entry("int4range", List.of("[1,5)", "empty", "(,)")),
                    Map.entry("varbit", List.of("101", "")),
                    Map.entry("float8[]", List.of("{1.5,NaN,-0}", "{}", "[0:1]={1,2}")),
                    Map.entry("xml", List.of("<a/>", "<a></a>")));

    /** Whatever its type is, and also where its collation takes different texts for the same. */
    @Test
    void comparesTextsByTheirBytes() throws Exception {
        List<String> types = VALUES.keySet().stream().sorted().toList();
        try (TestDatabase database = TestPostgres.shared(17).createDatabase()) {
            create(database, types);
            List<Row> rows = flinkRows(database, types.size());
            List<Column> columns = columns(database);
            for (int i = 0; i < types.size(); i++) {
                int place = i + 1;
                List<Row> having =
                        rows.stream().filter(row -> row.getField(place) != null).toList();
                assertThat(having).hasSameSizeAs(Objects.requireNonNull(VALUES.get(types.get(i))));
                ComparedColumn compared =
                        Objects.requireNonNull(
                                ComparedColumn.of(
                                        new RowColumn(
                                                columns.get(place),
                                                new VarCharType(VarCharType.MAX_LENGTH))));
                for (Row one : having) {
                    Object value = Objects.requireNonNull(one.getField(place));
                    for (Comparison comparison : List.of(Comparison.EQUAL, Comparison.NOT_EQUAL)) {
                        boolean equal = comparison == Comparison.EQUAL;
                        List<String> expected =
                                having.stream()
                                        .filter(row -> value.equals(row.getField(place)) == equal)
                                        .map(row -> String.valueOf(row.getField(0)))
                                        .toList();
                        String condition =
                                compared.sql()
                                        + comparison.sql()
                                        + compared.literal(comparison, value);
                        assertThat(
                                        database.queryList(
                                                "SELECT id FROM t WHERE c%d IS NOT NULL AND %s"
                                                        .formatted(i, condition)))
                                .as(types.get(i) + ": " + condition)
                                .containsExactlyInAnyOrderElementsOf(expected);
                    }
                }
            }
        }
    }

    private static void create(TestDatabase database, List<String> types) {
        database.execute(
                "CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2',"
                        + " deterministic = false)",
                "CREATE DOMAIN any_text AS text COLLATE any_case",
                "CREATE DOMAIN any_char AS char(4) COLLATE any_case",
                "CREATE TABLE t (id int PRIMARY KEY, "
                        + IntStream.range(0, types.size())
                                .mapToObj(i -> "c" + i + " " + types.get(i))
                                .collect(Collectors.joining(", "))
                        + ")");
        for (int i = 0; i < types.size(); i++) {
            for (String value : Objects.requireNonNull(VALUES.get(types.get(i)))) {
                database.execute(
                        "INSERT INTO t (id, c%d) SELECT count(*), '%s' FROM t".formatted(i, value));
            }
        }
    }

    private static List<Row> flinkRows(TestDatabase database, int columns) throws Exception {
        TableEnvironment flink = TableEnvironment.create(EnvironmentSettings.inBatchMode());
        flink.executeSql(
                "CREATE TABLE t (id INT, "
                        + IntStream.range(0, columns)
                                .mapToObj(i -> "c" + i + " STRING")
                                .collect(Collectors.joining(", "))
                        + ") WITH ('connector' = 'nanosync-pg', 'dsn' = '"
                        + database.dsn()
                        + "', 'table-name' = 'public.t', 'startup-mode' = 'snapshot')");
        List<Row> rows = new ArrayList<>();
        try (CloseableIterator<Row> found = flink.executeSql("SELECT * FROM t").collect()) {
            found.forEachRemaining(rows::add);
        }
        return rows;
    }

    private static List<Column> columns(TestDatabase database) throws IOException {
        try (ControlSession control =
                new JdbcPgClient(database.connectionConfig(), Duration.ofSeconds(60))
                        .openControl()) {
            return control.describe(List.of(new QualifiedName("public", "t")), null)
                    .get(0)
                    .schema()
                    .columns();
        }
    }
}

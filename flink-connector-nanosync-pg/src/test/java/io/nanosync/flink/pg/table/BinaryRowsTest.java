package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BinaryRowsTest {

    private static final QualifiedName TABLE = new QualifiedName("shop", "orders");

    private static LogicalType type(String declared) {
        return LogicalTypeParser.parse(declared, BinaryRowsTest.class.getClassLoader());
    }

    private static Column named(Column column, String name) {
        return new Column(
                name,
                column.type(),
                column.typmod(),
                column.typeText(),
                column.nullable(),
                column.identity());
    }

    private static List<Column> tableOf(List<RowColumn> columns) {
        return columns.stream().map(RowColumn::column).toList();
    }

    private static RowPlan plan(List<RowColumn> columns, List<Metadata> metadata) {
        return plan(columns, metadata, false);
    }

    private static RowPlan plan(
            List<RowColumn> columns, List<Metadata> metadata, boolean nullsMisfits) {
        return new RowPlan(
                        new TableIdentity("db", TABLE),
                        ChangelogStyle.APPEND,
                        columns,
                        columns.size() / 2,
                        List.of(),
                        List.of(),
                        TruncatePolicy.FAIL,
                        ToastPolicy.FAIL,
                        nullsMisfits)
                .with(metadata);
    }

    private static List<RowColumn> everyKind() {
        List<RowColumn> columns = new ArrayList<>();
        String[] declared = {
            "BOOLEAN",
            "SMALLINT",
            "INT",
            "BIGINT",
            "BIGINT",
            "FLOAT",
            "DOUBLE",
            "DECIMAL(12, 2)",
            "DECIMAL(30, 4)",
            "DECIMAL(19, 2)",
            "BYTES",
            "DATE",
            "TIME",
            "TIMESTAMP(6)",
            "TIMESTAMP_LTZ(3)",
            "CHAR(36)",
            "ARRAY<INT>",
            "MAP<STRING, STRING>",
            "ROW<b STRING, a INT>",
            "VARCHAR(3)"
        };
        List<Column> kinds = Columns.ofEveryKind();
        for (int i = 0; i < declared.length; i++) {
            columns.add(new RowColumn(named(kinds.get(i), "c" + i), type(declared[i])));
        }
        return columns;
    }

    /** {@link RowsOfBatch} compares the bytes. */
    @Test
    void rowsHaveTheBytesOfFlinksSerializer() {
        List<RowColumn> columns = everyKind();
        List<Column> table = tableOf(columns);
        Changes changes = new Changes(ReplicaIdentity.NOTHING, table, List.of());
        changes.insert(
                "t",
                "-2",
                "3",
                "-4",
                "4294967295",
                "1.5",
                "-2.5",
                "-1234567890.12",
                "12345678901234567890123456.7891",
                "$7.25",
                "\\x00ff",
                "1969-12-31",
                "12:34:56",
                "2024-02-29 12:34:56.789012",
                "2024-02-29 12:34:56.789+00",
                "00112233-4455-6677-8899-aabbccddeeff",
                "{1,NULL,3}",
                "\"k\"=>\"a longer value\"",
                "(1,\"a longer text\")",
                "äöü");
        changes.insert(new @Nullable String[columns.size()]);
        changes.insert(
                "f",
                "2",
                "-3",
                "4",
                "0",
                "-1.5",
                "2.5",
                "0.00",
                "-1.0000",
                "-$0.01",
                "\\x",
                "9999-12-31",
                "00:00:00",
                "0001-01-01 00:00:00",
                "1969-12-31 23:59:59.999+00",
                "ffffffff-ffff-ffff-ffff-ffffffffffff",
                "{}",
                "",
                "(,)",
                "");
        List<String> rows =
                new RowsOfBatch(plan(columns, List.of(Metadata.values()))).of(changes.batch());
        assertThat(rows).hasSize(3);
        assertThat(rows.get(0)).startsWith("+I(true,-2,3,-4,4294967295,1.5,-2.5,-1234567890.12,");
        assertThat(rows.get(1)).startsWith("+I(null,null,null,");
        assertThat(rows.get(2)).startsWith("+I(false,2,-3,4,0,-1.5,2.5,0.00,-1.0000,");
    }

    /** Each row against one that is made in memory which no row had before. */
    @Test
    void rowsHaveNothingOfThoseBefore() {
        String[][] values = {
            {"t", "f"},
            {"-1", "2"},
            {"-3", "7"},
            {"-4", "8"},
            {"1", "4294967295"},
            {"NaN", "-0", "-Infinity", "1.5"},
            {"NaN", "-0", "Infinity", "2.5"},
            {"NaN", "-1234567890.12", "0.00"},
            {"NaN", "12345678901234567890123456.7891", "-1.0000"},
            {"$7.25", "-$0.01"},
            {"\\x", "\\x00ff", "\\x0102030405060708", "\\x" + "ab".repeat(9)},
            {"infinity", "1969-12-31", "9999-12-31"},
            {"24:00:00", "12:34:56.5", "00:00:01"},
            {"-infinity", "1969-12-31 23:59:59.999999", "0001-01-01 00:00:00"},
            {"1969-12-31 23:59:59.9995+00", "1969-12-31 23:59:59.999+00"},
            {"00112233-4455-6677-8899-aabbccddeeff"},
            {"{}", "{NULL}", "{1,NULL,3}", "{{1},{2}}", "{" + "7,".repeat(30_000) + "7}"},
            {"", "\"k\"=>NULL", "\"k\"=>\"" + "v".repeat(70_000) + "\"", "\"a\"=>\"1\""},
            {"(,)", "(1,)", "(,seven77)", "(2,\"" + "w".repeat(70_000) + "\")"},
            {"äöü", "äöüß", "", "1234567", "ab"}
        };
        List<RowColumn> columns = everyKind();
        Changes all = new Changes(ReplicaIdentity.NOTHING, tableOf(columns), List.of());
        List<String> expected = new ArrayList<>();
        Random random = new Random(7);
        RowPlan plan =
                plan(
                        columns,
                        List.of(Metadata.TABLE_NAME, Metadata.COMMIT_TS, Metadata.SNAPSHOT),
                        true);
        for (int row = 0; row < 200; row++) {
            @Nullable String[] one = new @Nullable String[values.length];
            for (int i = 0; i < one.length; i++) {
                int at = random.nextInt(values[i].length + 1);
                one[i] = at == values[i].length ? null : values[i][at];
            }
            all.insert(one);
            Changes alone = new Changes(ReplicaIdentity.NOTHING, tableOf(columns), List.of());
            expected.addAll(new RowsOfBatch(plan).of(alone.insert(one).batch()));
        }
        assertThat(new RowsOfBatch(plan).of(all.batch())).isEqualTo(expected);
    }

    @Test
    void rowsOutliveTheNextWhereNobodyCopiesThem() {
        Column text = Columns.text("c");
        Changes changes = new Changes(ReplicaIdentity.NOTHING, List.of(text), List.of());
        List<String> values = List.of("short", "x".repeat(1 << 20), "", "y".repeat(1000));
        values.forEach(changes::insert);
        Kept kept = new Kept();
        new RowsOfBatch(plan(List.of(new RowColumn(text, VarCharType.STRING_TYPE)), List.of()))
                .emit(changes.batch(), kept);
        assertThat(kept.rows).extracting(row -> row.getString(1).toString()).isEqualTo(values);
        assertThat(kept.rows)
                .extracting(row -> row.getString(0).toString())
                .containsOnly(TABLE.toString());
    }

    private static final class Kept implements Collector<RowData> {

        private final List<RowData> rows = new ArrayList<>();

        @Override
        public void collect(RowData row) {
            rows.add(row);
        }

        @Override
        public void close() {}
    }
}

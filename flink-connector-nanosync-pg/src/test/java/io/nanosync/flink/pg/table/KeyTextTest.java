package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.columnar.ChangeBatchBuilder;
import io.nanosync.flink.pg.columnar.RowImage;
import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wire.TupleSlice;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PostgreSQL reads the text of a key back to the same value. */
class KeyTextTest {

    private static TestDatabase database;

    @BeforeAll
    static void create() {
        database = TestPostgres.shared(18).createDatabase();
    }

    @AfterAll
    static void drop() {
        database.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "date | 4713-01-01 BC",
                "date | 0001-12-31 BC",
                "date | 0001-01-01",
                "date | 5874897-12-31",
                "date | infinity",
                "date | -infinity",
                "time | 24:00:00",
                "time | 00:00:00.000001",
                "timestamp | 4713-01-01 00:00:00 BC",
                "timestamp | 0044-03-15 12:00:00.000001 BC",
                "timestamp | 1969-12-31 23:59:59.999999",
                "timestamp | 294247-01-10 04:00:54.775806",
                "timestamp | -infinity",
                "timestamptz | 0044-03-15 12:00:00.000001+00 BC",
                "timestamptz | 294247-01-10 04:00:54.775806+00",
                "timestamptz | infinity",
                "float4 | 1e-45",
                "float4 | 3.4028235e+38",
                "float8 | 5e-324",
                "float8 | 1.7976931348623157e+308",
                "float8 | -Infinity",
                "float8 | NaN",
                "float8 | 0.30000000000000004",
                "numeric | 1.000",
                "numeric | NaN",
                "numeric(38,10) | -0.0000000001",
                "money | -92233720368547758.08",
                "int8 | -9223372036854775808",
                "oid | 4294967295",
                "bytea | \\x00ff",
                "uuid | 00000000-0000-0000-0000-00000000000a",
            })
    void isReadBackToTheSameValue(String type, String value) throws Exception {
        database.execute("DROP TABLE IF EXISTS t", "CREATE TABLE t (k " + type + ")");
        TableSchema table = schema(database);
        String text =
                text(table, database.queryString("SELECT '" + value + "'::" + type + "::text"));
        assertThat(
                        database.queryString(
                                "SELECT '"
                                        + text
                                        + "'::"
                                        + type
                                        + " IS NOT DISTINCT FROM '"
                                        + value
                                        + "'::"
                                        + type))
                .isEqualTo("t");
    }

    /** The value as the stream has it: decoded from its text. */
    private static String text(TableSchema table, String sent) {
        byte[] bytes = sent.getBytes(StandardCharsets.UTF_8);
        TupleSlice row = new TupleSlice();
        row.begin(ByteBuffer.wrap(bytes), 1);
        row.set(0, TupleSlice.TEXT, 0, bytes.length);
        ChangeBatchBuilder builder = new ChangeBatchBuilder(table, Unrepresentable.failing());
        builder.snapshotRow(Lsn.NONE, row);
        RowImage image = Objects.requireNonNull(builder.build().rows().iterator().next().after());
        return KeyText.of(ColumnKind.of(table.columns().get(0)), image, 0);
    }

    private static TableSchema schema(TestDatabase database) throws Exception {
        try (ControlSession session =
                new JdbcPgClient(database.connectionConfig(), Duration.ZERO).openControl()) {
            ControlSession.@Nullable TableDescription described =
                    session.describe(new QualifiedName("public", "t"));
            return Objects.requireNonNull(described).schema();
        }
    }

    @Test
    void namesOfObjectsHaveNone() {
        PgType name = PgType.base(2205, "regclass");
        assertThat(KeyText.has(name)).isFalse();
        assertThat(
                        KeyText.has(
                                new PgType(
                                        2210,
                                        "_regclass",
                                        PgType.Kind.ARRAY,
                                        name,
                                        ',',
                                        List.of(),
                                        true)))
                .isFalse();
        assertThat(KeyText.has(PgType.base(25, "text"))).isTrue();
    }
}

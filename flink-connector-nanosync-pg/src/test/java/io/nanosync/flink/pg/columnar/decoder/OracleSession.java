package io.nanosync.flink.pg.columnar.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** PostgreSQL as the judge of the decoders, in a session set up as the product's sessions are. */
final class OracleSession implements AutoCloseable {

    private final int major;
    private final TestDatabase database;
    private final Connection connection;
    private @Nullable CatalogTypes types;

    private OracleSession(int major, TestDatabase database) throws SQLException {
        this.major = major;
        this.database = database;
        this.connection = database.connect();
        for (String setting :
                List.of(
                        "DateStyle = ISO",
                        "IntervalStyle = postgres",
                        "TimeZone = UTC",
                        "extra_float_digits = 3",
                        "lc_monetary = 'C'",
                        "bytea_output = hex")) {
            execute("SET " + setting);
        }
    }

    static OracleSession on(int major) throws SQLException {
        return new OracleSession(major, TestPostgres.shared(major).createDatabase());
    }

    int major() {
        return major;
    }

    Connection connection() {
        return connection;
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The catalog as it was at the first call. */
    CatalogTypes types() {
        if (types == null) {
            types = new CatalogTypes(database, major);
        }
        return types;
    }

    /** The catalog as it is now. */
    CatalogTypes freshTypes() {
        types = null;
        return types();
    }

    /** Decodes each value of the query from both forms and demands PostgreSQL's own text. */
    void assertExactText(PgType type, String query) throws SQLException, IOException {
        assertThat(TypeMapping.of(type, -1).arrow()).isEqualTo(ArrowType.Utf8.INSTANCE);
        ServerValues values = ServerValues.of(connection, query);
        for (int i = 0; i < values.text().size(); i++) {
            byte[] text = values.text().get(i);
            byte[] binary = values.binary().get(i);
            if (text == null || binary == null) {
                assertThat(text).isEqualTo(binary);
                continue;
            }
            String expected = new String(text, StandardCharsets.UTF_8);
            assertSame(expected, decoded(type, -1, binary, true), type, i);
            assertSame(expected, decoded(type, -1, text, false), type, i);
        }
    }

    /** Decodes each value of the query from both forms and demands the values given. */
    void assertValues(PgType type, int typmod, String query, List<@Nullable Object> expected)
            throws SQLException, IOException {
        ServerValues values = ServerValues.of(connection, query);
        assertThat(values.text()).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            byte[] text = values.text().get(i);
            byte[] binary = values.binary().get(i);
            if (text == null || binary == null) {
                assertThat(expected.get(i)).isNull();
                assertThat(text).isEqualTo(binary);
                continue;
            }
            assertSame(expected.get(i), decoded(type, typmod, binary, true), type, i);
            assertSame(expected.get(i), decoded(type, typmod, text, false), type, i);
        }
    }

    private static @Nullable Object decoded(PgType type, int typmod, byte[] value, boolean binary) {
        Decoded decoded = Decoded.as(type, typmod);
        return binary ? decoded.binary(value) : decoded.text(value);
    }

    private void assertSame(@Nullable Object expected, @Nullable Object found, PgType type, int i) {
        if (!Objects.equals(expected, found)) {
            fail(
                    "PostgreSQL %s, type %s, value %s: expected <%s>, decoded <%s>",
                    major, type.name(), i, expected, found);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
        database.close();
    }
}

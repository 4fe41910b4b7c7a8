package io.nanosync.flink.pg.columnar.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** PostgreSQL as the judge of the decoders, in a session set up as the product's sessions are. */
final class OracleSession {

    private final int major;
    private final TestDatabase database;
    private final Connection connection;
    private final CatalogTypes types;

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
        for (String statement : TextLiterals.TYPES) {
            execute(statement);
        }
        this.types = new CatalogTypes(database, major);
    }

    static OracleSession open(int major) {
        TestDatabase database = TestPostgres.shared(major).createDatabase();
        try {
            return new OracleSession(major, database);
        } catch (SQLException e) {
            throw new AssertionError("Cannot prepare PostgreSQL " + major, e);
        }
    }

    Connection connection() {
        return connection;
    }

    CatalogTypes types() {
        return types;
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Decodes each value of the query from both forms and demands PostgreSQL's own text. */
    void assertExactText(PgType type, String query) throws SQLException, IOException {
        assertThat(TypeMapping.of(type, -1).arrow()).isEqualTo(ArrowType.Utf8.INSTANCE);
        ServerValues values = ServerValues.of(connection, query);
        List<@Nullable Object> expected = new ArrayList<>();
        for (byte @Nullable [] text : values.text()) {
            expected.add(text == null ? null : new String(text, StandardCharsets.UTF_8));
        }
        assertBothForms(type, -1, values, expected);
    }

    /** Decodes each value of the query from both forms and demands the values given. */
    void assertValues(PgType type, int typmod, String query, List<@Nullable Object> expected)
            throws SQLException, IOException {
        assertBothForms(type, typmod, ServerValues.of(connection, query), expected);
    }

    private void assertBothForms(
            PgType type, int typmod, ServerValues values, List<@Nullable Object> expected) {
        Decoded decoded = Decoded.as(type, typmod);
        assertThat(decoded.binaries(values.binary()))
                .as("PostgreSQL %s, %s from binary", major, type.name())
                .isEqualTo(expected);
        assertThat(decoded.texts(values.text()))
                .as("PostgreSQL %s, %s from text", major, type.name())
                .isEqualTo(expected);
    }

    void close() throws SQLException {
        connection.close();
        database.close();
    }
}

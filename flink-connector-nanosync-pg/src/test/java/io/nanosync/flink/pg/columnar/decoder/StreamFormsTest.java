package io.nanosync.flink.pg.columnar.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The stream carries the same bytes as COPY, so what the other tests show of values read by COPY
 * holds for changes too.
 */
@ExtendWith(OracleSessions.class)
final class StreamFormsTest {

    private static final String SLOT = "forms";

    /** The first with the {@code binary} option. */
    private static final int FIRST_BINARY = 14;

    static IntStream versions() {
        return TestPostgres.VERSIONS.stream().mapToInt(Integer::intValue);
    }

    static IntStream binaryVersions() {
        return versions().filter(major -> major >= FIRST_BINARY);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void insertsCarryTheBytesOfCopy(int major) throws SQLException, IOException {
        OracleSession session = OracleSessions.on(major);
        // One row must fit a page.
        List<TextLiterals.Case> cases =
                TextLiterals.forVersion(major).stream()
                        .filter(each -> each.query().length() < 10_000)
                        .toList();
        StringBuilder columns = new StringBuilder();
        StringBuilder values = new StringBuilder();
        for (int i = 0; i < cases.size(); i++) {
            TextLiterals.Case each = cases.get(i);
            columns.append(i == 0 ? "c" : ", c").append(i).append(" ").append(each.type());
            values.append(i == 0 ? "(" : ", (").append(each.values().get(1));
            values.append(")::").append(each.type());
        }
        session.execute("CREATE TABLE forms (" + columns + ")");
        session.execute("CREATE PUBLICATION forms FOR TABLE forms");
        createSlot(session);
        try {
            session.execute("INSERT INTO forms VALUES (" + values + ")");
            List<byte @Nullable []> text = inserted(session, false);
            List<byte @Nullable []> binary = major < FIRST_BINARY ? text : inserted(session, true);
            for (int i = 0; i < cases.size(); i++) {
                String query = "SELECT c" + i + " FROM forms";
                String type = cases.get(i).type();
                assertThat(text.get(i))
                        .as("text of %s", type)
                        .isEqualTo(ServerValues.text(session.connection(), query).get(0));
                if (major >= FIRST_BINARY) {
                    assertThat(binary.get(i))
                            .as("binary of %s", type)
                            .isEqualTo(ServerValues.binary(session.connection(), query).get(0));
                }
            }
        } finally {
            drop(session);
        }
    }

    @ParameterizedTest
    @MethodSource("binaryVersions")
    void onlyPartsWithoutSendFunctionForbidBinaryStreams(int major) throws SQLException {
        OracleSession session = OracleSessions.on(major);
        PgType item = session.types().named("aclitem");
        PgType items = session.types().named("aclitem[]");
        assertThat(TypeMapping.allowsBinaryStream(item, -1)).isTrue();
        assertThat(TypeMapping.allowsBinaryStream(items, -1)).isFalse();
        assertThat(TypeMapping.allowsBinaryStream(session.types().named("regclass"), -1)).isFalse();
        assertThat(TypeMapping.allowsBinaryStream(session.types().named("price"), -1)).isTrue();

        session.execute("CREATE TABLE forms (a aclitem, b aclitem[])");
        session.execute("CREATE PUBLICATION forms FOR TABLE forms");
        createSlot(session);
        try {
            session.execute("INSERT INTO forms VALUES ('postgres=r/postgres', NULL)");
            assertThat(inserted(session, true).get(0))
                    .isEqualTo("postgres=r/postgres".getBytes(StandardCharsets.US_ASCII));
            session.execute("INSERT INTO forms VALUES (NULL, '{postgres=r/postgres}')");
            assertThatThrownBy(() -> inserted(session, true))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("no binary output function available for type aclitem");
        } finally {
            drop(session);
        }
    }

    private static void createSlot(OracleSession session) throws SQLException {
        session.execute("SELECT pg_create_logical_replication_slot('" + SLOT + "', 'pgoutput')");
    }

    private static void drop(OracleSession session) throws SQLException {
        session.execute("SELECT pg_drop_replication_slot('" + SLOT + "')");
        session.execute("DROP PUBLICATION forms");
        session.execute("DROP TABLE forms");
    }

    /** The columns of the newest insert in the slot, which stays where it is. */
    private static List<byte @Nullable []> inserted(OracleSession session, boolean binary)
            throws SQLException {
        String changes =
                "SELECT data FROM pg_logical_slot_peek_binary_changes('"
                        + SLOT
                        + "', NULL, NULL, 'proto_version', '1', 'publication_names', 'forms'"
                        + (binary ? ", 'binary', 'true')" : ")");
        List<byte @Nullable []> columns = List.of();
        try (Statement statement = session.connection().createStatement();
                ResultSet messages = statement.executeQuery(changes)) {
            while (messages.next()) {
                ByteBuffer message = ByteBuffer.wrap(messages.getBytes(1));
                if (message.get() == 'I') {
                    columns = columns(message);
                }
            }
        }
        return columns;
    }

    private static List<byte @Nullable []> columns(ByteBuffer insert) {
        insert.getInt();
        assertThat((char) insert.get()).isEqualTo('N');
        int count = insert.getShort();
        List<byte @Nullable []> columns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (insert.get() == 'n') {
                columns.add(null);
            } else {
                byte[] value = new byte[insert.getInt()];
                insert.get(value);
                columns.add(value);
            }
        }
        return columns;
    }
}

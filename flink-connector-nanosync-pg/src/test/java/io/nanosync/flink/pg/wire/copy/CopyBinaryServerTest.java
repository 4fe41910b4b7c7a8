package io.nanosync.flink.pg.wire.copy;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wire.TupleSlice;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/** What COPY of real servers of every version sends, message by message. */
@Timeout(120)
class CopyBinaryServerTest {

    static List<Integer> versions() {
        return TestPostgres.VERSIONS;
    }

    @ParameterizedTest
    @MethodSource("versions")
    void readsEveryRow(int major) throws SQLException {
        List<String> rows =
                copy(
                        major,
                        "SELECT i, CASE WHEN i % 2 = 0 THEN repeat('x', i * 100) END, '' FROM"
                                + " generate_series(1, 1000) i");
        assertThat(rows).hasSize(1000);
        assertThat(rows.get(0)).isEqualTo("[4, null, 0]");
        assertThat(rows.get(999)).isEqualTo("[4, 100000, 0]");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void readsEmptyResultsAndRowsWithoutColumns(int major) throws SQLException {
        assertThat(copy(major, "SELECT 1 WHERE false")).isEmpty();
        assertThat(copy(major, "SELECT FROM generate_series(1, 3)")).hasSize(3).contains("[]");
        assertThat(copy(major, "SELECT 1")).containsExactly("[4]");
    }

    private static List<String> copy(int major, String select) throws SQLException {
        List<String> rows = new ArrayList<>();
        CopyBinaryDecoder decoder = new CopyBinaryDecoder();
        TupleSlice tuple = new TupleSlice();
        TestDatabase database = TestPostgres.shared(major).createDatabase();
        try (database;
                Connection connection = database.connect()) {
            CopyOut copy =
                    connection
                            .unwrap(PGConnection.class)
                            .getCopyAPI()
                            .copyOut("COPY (" + select + ") TO STDOUT (FORMAT binary)");
            for (byte[] message = copy.readFromCopy();
                    message != null;
                    message = copy.readFromCopy()) {
                if (decoder.next(ByteBuffer.wrap(message), tuple)) {
                    rows.add(lengths(tuple));
                }
            }
        }
        decoder.finish();
        return rows;
    }

    private static String lengths(TupleSlice tuple) {
        List<String> lengths = new ArrayList<>();
        for (int i = 0; i < tuple.count(); i++) {
            lengths.add(
                    tuple.kind(i) == TupleSlice.NULL ? "null" : Integer.toString(tuple.length(i)));
        }
        return lengths.toString();
    }
}

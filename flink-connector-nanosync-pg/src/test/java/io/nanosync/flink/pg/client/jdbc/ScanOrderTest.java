package io.nanosync.flink.pg.client.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * In which order a session of readers gets the rows of a range of values: what a split's state
 * relies on. Block by block, whatever plan is taken; within a block by offset, or, from a bitmap,
 * an updated row where the first of its versions lies.
 */
final class ScanOrderTest {

    private static final String RANGE = "c >= 200 AND c < 900";

    static Stream<Arguments> plans() {
        return Stream.of(13, 14, 18)
                .flatMap(
                        major ->
                                Stream.of(
                                        Arguments.of(major, "t", "", "Seq Scan"),
                                        Arguments.of(
                                                major,
                                                "t",
                                                "CREATE INDEX ON t (c)",
                                                "Bitmap Heap Scan"),
                                        Arguments.of(
                                                major,
                                                "t",
                                                "CREATE INDEX ON t USING brin (c)",
                                                "Seq Scan"),
                                        Arguments.of(
                                                major,
                                                "leaf",
                                                "CREATE INDEX ON parted (c)",
                                                "Bitmap Heap Scan")));
    }

    @ParameterizedTest
    @MethodSource("plans")
    void rowsComeBlockByBlock(int major, String table, String index, String plan)
            throws SQLException {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase();
                Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            database.execute(
                    "CREATE TABLE t (id int, c int, note text) WITH (fillfactor = 50)",
                    "CREATE TABLE parted (id int, c int, note text) PARTITION BY RANGE (id)",
                    "CREATE TABLE leaf PARTITION OF parted FOR VALUES FROM (0) TO (100000)",
                    "ALTER TABLE leaf SET (fillfactor = 50)",
                    "INSERT INTO t SELECT g, (g * 7919) % 20000, 'x' FROM generate_series(1,"
                            + " 20000) g",
                    "INSERT INTO parted SELECT * FROM t",
                    "SELECT 1 " + (index.isEmpty() ? "" : "; " + index),
                    // Versions beside the old: the index leads to the first of them.
                    "UPDATE t SET note = 'y' WHERE id % 3 = 0",
                    "UPDATE parted SET note = 'y' WHERE id % 3 = 0",
                    "ANALYZE t",
                    "ANALYZE parted");
            statement.execute(SessionSettings.of(SessionKind.SNAPSHOT, major * 10_000).sql());
            statement.execute(
                    "BEGIN; SET LOCAL enable_seqscan = on; SET LOCAL enable_bitmapscan = on");
            String query = "SELECT ctid FROM ONLY public." + table + " WHERE " + RANGE;
            assertThat(strings(statement, "EXPLAIN " + query).get(0)).startsWith(plan);

            List<String> tids = strings(statement, query);
            assertThat(tids).hasSize(700).doesNotHaveDuplicates();
            assertThat(tids.stream().map(ScanOrderTest::block)).isSorted();

            int middle = tids.size() / 2;
            String rest = query + " AND ctid >= '(" + block(tids.get(middle)) + ",0)'";
            assertThat(strings(statement, "EXPLAIN " + rest).get(0))
                    .matches("(Seq Scan|Bitmap Heap Scan|Tid Range Scan) .*");
            List<String> left = strings(statement, rest);
            assertThat(left.stream().map(ScanOrderTest::block)).isSorted();
            assertThat(left).containsAll(tids.subList(middle, tids.size()));
        }
    }

    private static Long block(String tid) {
        return Long.valueOf(tid.substring(1, tid.indexOf(',')));
    }

    private static List<String> strings(Statement statement, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                rows.add(result.getString(1));
            }
        }
        return rows;
    }
}

package io.nanosync.flink.pg.source.reader;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.Keeper;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.TableFile;
import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.columnar.ChangeRow;
import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.config.RowCondition;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.SourceOptions;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.source.Configs;
import io.nanosync.flink.pg.source.split.PgSplitSerializer;
import io.nanosync.flink.pg.source.split.RowRange;
import io.nanosync.flink.pg.source.split.SnapshotSplit;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A split that is given up and taken up again behind each of its pages. */
final class SnapshotWorkITCase {

    private static final int PAGE_ROWS = 7;

    /**
     * Rows that were updated in their page stand where the first of their versions lies, when they
     * come by an index; and another plan may be taken at each begin.
     */
    @ParameterizedTest
    @CsvSource({
        "13, CREATE INDEX i ON t (c), true",
        "14, CREATE INDEX i ON t (c), true",
        "18, CREATE INDEX i ON t (c), true",
        "18, CREATE INDEX i ON t USING brin (c) WITH (pages_per_range = 1), true",
        "18, SELECT 1, true",
        "13, CREATE INDEX i ON t (id), id % 4 = 0 OR id < 700",
        "18, CREATE INDEX i ON t (c), id % 4 = 0 OR c IS NULL",
        "18, CREATE INDEX i ON t (c), c < 600"
    })
    void goesOnBehindEachRowOfARangeOfValues(int major, String index, String where)
            throws Exception {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase()) {
            database.execute(
                    "CREATE TABLE t (id int, c int, note text) WITH (fillfactor = 30)",
                    "INSERT INTO t SELECT g, (g * 7919) % 3000, 'x' FROM generate_series(1, 3000)"
                            + " g",
                    index,
                    "UPDATE t SET note = 'y' WHERE id % 3 = 0",
                    "UPDATE t SET note = 'z' WHERE id % 5 = 0",
                    "ANALYZE t");
            String range = "c >= 500 AND c < 1500";
            List<String> expected =
                    database.queryList(
                            "SELECT id FROM t WHERE " + range + " AND (" + where + ") ORDER BY id");
            PgClient client = new JdbcPgClient(database.connectionConfig(), Duration.ofSeconds(60));
            try (Keeper keeper = client.takeSnapshot()) {
                SnapshotSplit split = split(client, keeper, new RowRange.Values(range, null));
                SourceConfig config =
                        Configs.initial(database, "p", "public.t")
                                .readingWhere(
                                        Map.of(
                                                split.table().name(),
                                                new RowCondition(where, split.table().columns())));
                List<Object> ids = new ArrayList<>();
                SnapshotSplit rest = split;
                while (rest != null) {
                    rest = readPage(client, config, rest, ids);
                    // What others do to the page meanwhile.
                    database.execute(
                            "UPDATE t SET note = note || '+' WHERE id % 50 = " + ids.size() % 50,
                            ids.size() < 500 ? "SELECT 1" : "DROP INDEX IF EXISTS i");
                }
                assertThat(ids).doesNotHaveDuplicates();
                assertThat(ids.stream().map(String::valueOf))
                        .containsExactlyInAnyOrderElementsOf(expected);
            }
        }
    }

    private static SnapshotSplit split(PgClient client, Keeper keeper, RowRange rows)
            throws IOException {
        try (ControlSession control = client.openControl()) {
            TableSchema table =
                    control.describe(List.of(new QualifiedName("public", "t")), null)
                            .get(0)
                            .schema();
            TableFile file = keeper.files(table.oid()).get(0);
            return new SnapshotSplit(
                    "s", 1, keeper.identity(), new Lsn(1), table, file, rows, null);
        }
    }

    /** Reads a page; gives the split as a checkpoint has it, null behind its end. */
    private static SnapshotSplit readPage(
            PgClient client, SourceConfig config, SnapshotSplit split, List<Object> ids)
            throws IOException {
        SnapshotSessions sessions = new SnapshotSessions(client);
        SnapshotWork work =
                new SnapshotWork(
                        split,
                        config.with(SourceOptions.CHUNK_SIZE, PAGE_ROWS),
                        sessions,
                        new SnapshotBuilders(Unrepresentable.failing()),
                        new RowFilters(config),
                        () -> 0,
                        new Turns(),
                        new EnoughRows(null));
        try {
            SplitWork.Step step = work.fetch();
            if (step.fetched() instanceof Fetched.Page page) {
                for (ChangeBatch batch : page.batches()) {
                    for (ChangeRow row : batch.rows()) {
                        ids.add(Objects.requireNonNull(row.after()).value(0));
                    }
                }
                PgSplitSerializer serializer = new PgSplitSerializer();
                return step.finished()
                        ? null
                        : (SnapshotSplit)
                                serializer.deserialize(
                                        serializer.getVersion(), serializer.serialize(page.next()));
            }
            assertThat(step).isEqualTo(SplitWork.Step.END);
            return null;
        } finally {
            work.close();
            sessions.abort();
        }
    }
}

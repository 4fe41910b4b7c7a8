package io.nanosync.flink.pg.source.reader;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.client.Keeper;
import io.nanosync.flink.pg.client.SnapshotSession;
import io.nanosync.flink.pg.client.TableFile;
import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.columnar.ChangeBatchBuilder;
import io.nanosync.flink.pg.columnar.DecodeException;
import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.source.SampleValues;
import io.nanosync.flink.pg.testing.ChildJvm;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wire.HeapTooSmallException;
import io.nanosync.flink.pg.wire.TupleSlice;
import io.nanosync.flink.pg.wire.copy.CopyBinaryDecoder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A row of 150 MB on a small heap: the error names table, size and remedy. */
final class HugeRowTest {

    /** By the smaller heap the driver finds no place for the row, by the larger ones we don't. */
    @ParameterizedTest
    @CsvSource({
        "128m, Cannot read rows of public.t on 127.0.0.1:, a row of them",
        "256m, 'Cannot decode snapshot row for public.t at LSN 0/1: column \"note\" (text): ', A"
                + " buffer of 150 MB",
        "400m, , 'A batch of 1 rows of public.t (151 MB)'"
    })
    void namesTableSizeAndRemedy(String heap, String where, String what) throws Exception {
        try (TestDatabase database = TestPostgres.shared(18).createDatabase()) {
            database.execute(
                    "CREATE TABLE t (id bigint PRIMARY KEY, note text)",
                    "INSERT INTO t VALUES (1, repeat('x', 150 << 20))");
            ChildJvm.Outcome outcome =
                    ChildJvm.run(
                            Read.class,
                            heap,
                            String.valueOf(database.port()),
                            database.connectionConfig().database(),
                            database.queryString("SELECT 't'::regclass::oid::text"));
            assertThat(outcome.output())
                    .contains(where == null ? "" : where)
                    .contains(what)
                    .containsPattern("doesn't fit into the heap, which is \\d+ MB in all")
                    .contains("-Xmx")
                    .contains("taskmanager.memory.task.heap.size");
            assertThat(outcome.exitCode()).isZero();
        }
    }

    /** Reads the table as a fetcher does. */
    static final class Read {

        private Read() {}

        public static void main(String[] arguments) throws Exception {
            ConnectionConfig connection =
                    new ConnectionConfig(
                            List.of(
                                    new ConnectionConfig.Host(
                                            "127.0.0.1", Integer.parseInt(arguments[0]))),
                            arguments[1],
                            TestPostgres.SUPERUSER,
                            null,
                            Duration.ofSeconds(10),
                            "huge row",
                            Map.of());
            JdbcPgClient client = new JdbcPgClient(connection, Duration.ofSeconds(60));
            int oid = Integer.parseInt(arguments[2]);
            try (Keeper keeper = client.takeSnapshot();
                    SnapshotSession session = client.openSnapshot()) {
                TableFile file = keeper.files(oid).get(0);
                session.begin(keeper.identity());
                session.lock(file);
                session.startCopy("SELECT id, note FROM ONLY public.t");
                read(
                        session,
                        new ChangeBatchBuilder(
                                SampleValues.table(oid, "t"), Unrepresentable.failing()));
                System.out.println("It fits");
            } catch (DecodeException | HeapTooSmallException e) {
                System.out.println(e.getMessage());
            }
        }

        private static void read(SnapshotSession session, ChangeBatchBuilder builder)
                throws Exception {
            CopyBinaryDecoder decoder = new CopyBinaryDecoder();
            TupleSlice row = new TupleSlice();
            ByteBuffer message = session.nextCopyData();
            while (message != null) {
                if (decoder.next(message, row)) {
                    builder.snapshotRow(new Lsn(1), row);
                }
                message = session.nextCopyData();
            }
            builder.build(false);
        }
    }
}

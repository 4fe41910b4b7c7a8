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
import io.nanosync.flink.pg.source.PipelineFailedException;
import io.nanosync.flink.pg.source.SampleValues;
import io.nanosync.flink.pg.testing.ChildJvm;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wire.HeapTooSmallException;
import io.nanosync.flink.pg.wire.TupleSlice;
import io.nanosync.flink.pg.wire.copy.CopyBinaryDecoder;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
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
        ChildJvm.Outcome outcome = read(heap, 150, 0);
        assertThat(outcome.output())
                .contains(where == null ? "" : where)
                .contains(what)
                .containsPattern("doesn't fit into the heap, which is \\d+ MB in all")
                .contains("-Xmx")
                .contains("taskmanager.memory.task.heap.size")
                .endsWith("PipelineFailedException\n");
        assertThat(outcome.exitCode()).isZero();
    }

    /** Other jobs of the TaskManager may end, and then it fits. */
    @Test
    void rowThatWouldFitIntoAnEmptyHeapIsTriedAgain() throws Exception {
        ChildJvm.Outcome outcome = read("400m", 40, 310);
        assertThat(outcome.output())
                .containsPattern("found no place in the heap .* it is 400 MB in all")
                .contains("-Xmx")
                .endsWith("RetryableSourceException\n");
        assertThat(outcome.exitCode()).isZero();
    }

    private static ChildJvm.Outcome read(String heap, int rowMegabytes, int otherMegabytes)
            throws Exception {
        try (TestDatabase database = TestPostgres.shared(18).createDatabase()) {
            database.execute(
                    "CREATE TABLE t (id bigint PRIMARY KEY, note text)",
                    "INSERT INTO t VALUES (1, repeat('x', " + rowMegabytes + " << 20))");
            return ChildJvm.run(
                    Read.class,
                    heap,
                    String.valueOf(database.port()),
                    database.connectionConfig().database(),
                    database.queryString("SELECT 't'::regclass::oid::text"),
                    String.valueOf(otherMegabytes));
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
            List<byte[]> ofOthers = new ArrayList<>();
            for (int i = 0; i < Integer.parseInt(arguments[3]); i++) {
                for (int j = 0; j < 16; j++) {
                    ofOthers.add(new byte[1 << 16]);
                }
            }
            try (Keeper keeper = client.takeSnapshot();
                    SnapshotSession session = client.openSnapshot()) {
                TableFile file = keeper.files(oid).get(0);
                session.begin(keeper.identity());
                session.lock(file);
                session.startCopy("SELECT id, note FROM ONLY public.t", null);
                read(
                        session,
                        new ChangeBatchBuilder(
                                SampleValues.table(oid, "t"), Unrepresentable.failing()));
                System.out.println("It fits");
            } catch (DecodeException | HeapTooSmallException e) {
                System.out.println(e.getMessage());
                System.out.println(PipelineFailedException.of(e).getClass().getSimpleName());
            }
            Reference.reachabilityFence(ofOthers);
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
            builder.build();
        }
    }
}

package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.Lsn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server's disk is full where it decodes a large transaction. */
@Tag("long")
final class FullDiskITCase {

    private static final int ROWS = 40_000;

    @TempDir private Path folder;

    @Test
    void streamGoesOnWhenThereIsRoomAgain() throws Exception {
        try (TestPostgres server =
                        TestPostgres.startOnSmallDisk(
                                18, Map.of("logical_decoding_work_mem", "64kB"), 64, 56);
                TestDatabase database = server.createDatabase()) {
            database.execute(
                    "CREATE TABLE t (id bigint PRIMARY KEY, note text, amount numeric(12,2))",
                    "ALTER TABLE t REPLICA IDENTITY FULL",
                    "INSERT INTO t SELECT g, 'n', 1 FROM generate_series(1, 100) g");
            SourceJob job =
                    new SourceJob(Configs.initial(database, "disk", "public.t"), folder, 1).start();
            try {
                Await.until(
                        "it streams",
                        Duration.ofSeconds(60),
                        () -> {
                            job.assertRuns();
                            database.execute("INSERT INTO t SELECT max(id) + 1, 'n', 2 FROM t");
                            return job.committed().stream().anyMatch(line -> line.op() == 'i');
                        });
                database.execute(
                        "INSERT INTO t SELECT g, repeat('n', 500), 3 FROM generate_series(100001, "
                                + (100_000 + ROWS)
                                + ") g");
                Lsn behind = now(database);
                Path log = server.folder().resolve("server.log");
                Await.until(
                        "the disk is full",
                        Duration.ofSeconds(60),
                        () -> Files.readString(log).contains("No space left on device"));
                assertThat(confirmed(database)).isLessThan(behind);
                assertThat(job.committed()).noneMatch(line -> is(line, 100_001));
                server.makeRoom();
                Await.until(
                        "all is there",
                        Duration.ofSeconds(120),
                        () -> {
                            job.assertRuns();
                            return job.committed().stream()
                                    .anyMatch(line -> is(line, 100_000 + ROWS));
                        });
            } finally {
                job.cancel();
            }
            Replay.assertNothingTwice(job.committed());
            assertThat(Replay.contents(Replay.of(job.committed(), "public.t")))
                    .isEqualTo(Replay.contents(database, "SELECT id, note, amount FROM t"));
        }
    }

    private static boolean is(SourceJob.Line line, int id) {
        return line.after() != null && line.after().startsWith(id + "|");
    }

    private static Lsn now(TestDatabase database) {
        return Lsn.parse(database.queryString("SELECT pg_current_wal_insert_lsn()"));
    }

    private static Lsn confirmed(TestDatabase database) {
        return Lsn.parse(
                database.queryString(
                        "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name ="
                                + " 'nanosync_slot_disk'"));
    }
}

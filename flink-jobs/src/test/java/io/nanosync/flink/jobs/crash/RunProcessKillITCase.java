package io.nanosync.flink.jobs.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.demo.DemoLoad;
import io.nanosync.flink.jobs.demo.DemoTable;
import io.nanosync.flink.jobs.demo.LoadGenerator;
import io.nanosync.flink.jobs.demo.replay.MarkerWatch;
import io.nanosync.flink.jobs.pipeline.PipelinesFile;
import io.nanosync.flink.jobs.testing.PipelinePhase;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.testing.verify.ExactlyOnce;
import io.nanosync.flink.pg.testing.verify.Verdict;
import io.nanosync.flink.pg.testing.verify.Witness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of {@code nanosync run} at random moments of every phase under constant load, and
 * the stream's connection broken every few seconds.
 */
@Tag("long")
@Timeout(value = 40, unit = TimeUnit.MINUTES)
class RunProcessKillITCase {

    private static final long ROWS = Long.getLong("nanosync.test.rows", 600_000);
    private static final int KILLS = Integer.getInteger("nanosync.test.kills", 20);
    private static final long SEED = Long.getLong("nanosync.test.seed", System.nanoTime());
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private static final List<QualifiedName> TABLES =
            Arrays.stream(DemoTable.values()).map(DemoTable::qualifiedName).toList();

    @TempDir Path folder;

    private final Random random = new Random(SEED);
    private TestPostgres postgres;
    private TestDatabase database;
    private Witness witness;
    private StreamBreaks breaks;

    @BeforeEach
    void loadTables() throws SQLException, IOException {
        System.out.println("seed " + SEED);
        postgres = TestPostgres.start(18, Map.of("max_wal_size", "4GB", "shared_buffers", "256MB"));
        database = postgres.createDatabase();
        breaks = new StreamBreaks(database, "nanosync_slot_crash", Duration.ofSeconds(3));
        witness = Witness.start(database::connect, "witness");
        try (Connection connection = database.connect()) {
            DemoTable.createSchema(connection);
            for (DemoTable table : DemoTable.values()) {
                table.load(connection, ROWS);
            }
        }
    }

    @AfterEach
    void stopServer() {
        postgres.close();
    }

    @Test
    void everyRowAndChangeArrivesExactlyOnce() throws Exception {
        Path file = pipelinesFile();
        Path output = folder.resolve("out");
        ConfirmedWatch confirmed =
                new ConfirmedWatch(
                        database,
                        PipelinesFile.read(file, Map.of()).pipeline("crash").orElseThrow());
        Path log = folder.resolve("process.log");
        List<Moment> moments = moments();
        try (LoadGenerator load =
                LoadGenerator.start(database::connect, new DemoLoad(ROWS).mix(), 3, 150, SEED)) {
            for (int i = 0; i < KILLS; i++) {
                try (NanosyncProcess process = NanosyncProcess.start(file, log)) {
                    PipelinePhase phase = awaitMoment(moments.get(i), process, confirmed);
                    process.kill();
                    System.out.println(
                            "kill " + (i + 1) + ": wanted " + moments.get(i) + ", was " + phase);
                }
                confirmed.sample();
                load.check();
            }
            try (NanosyncProcess process = NanosyncProcess.start(file, log)) {
                awaitStream(process, confirmed);
                load.stop();
                database.execute("INSERT INTO shop.marker VALUES (1, now())");
                MarkerWatch marker = new MarkerWatch(output, DemoTable.MARKER.qualifiedName());
                Await.until(
                        "the last change has arrived",
                        PATIENCE,
                        () -> {
                            process.assertRuns();
                            confirmed.sample();
                            breaks.sometimes();
                            return marker.hasArrived();
                        });
                // Files of one checkpoint get their names one after the other.
                Await.until(
                        "nothing is left uncommitted", PATIENCE, () -> isExact(output, confirmed));
                assertThat(process.stop()).isZero();
            }
        }
        Verdict verdict = verdict(output, confirmed);
        System.out.println(
                verdict
                        + "; "
                        + confirmed.samples()
                        + " samples of the slot, stream broken "
                        + breaks.number()
                        + " times");
        verdict.assertExact();
        assertThat(verdict.snapshotRows()).isGreaterThanOrEqualTo(ROWS);
        assertThat(confirmed.violations(verdict.snapshotPoints())).isEmpty();
        assertThat(confirmed.samples()).isGreaterThan(KILLS);
        assertThat(breaks.number()).isPositive();
    }

    private boolean isExact(Path output, ConfirmedWatch confirmed)
            throws IOException, SQLException {
        return verdict(output, confirmed).isExact();
    }

    private Verdict verdict(Path output, ConfirmedWatch confirmed)
            throws IOException, SQLException {
        return new ExactlyOnce(witness, confirmed.snapshots()).check(output, TABLES);
    }

    /** What a kill aims at. */
    private enum Moment {
        /** Some time after the start, wherever that is. */
        BOOT(12_000),
        /** While rows are copied. */
        SNAPSHOT(1_500),
        /** After rows were copied, before the stream. */
        HAND_OVER(1_000),
        STREAM(4_000);

        /** The kill comes up to so much later. */
        private final int spreadMillis;

        Moment(int spreadMillis) {
            this.spreadMillis = spreadMillis;
        }
    }

    /** The snapshot's first, as it doesn't come back. */
    private List<Moment> moments() {
        List<Moment> moments = new ArrayList<>();
        for (int i = 0; i < KILLS; i++) {
            int percent = i * 100 / KILLS;
            if (percent < 40) {
                moments.add(Moment.SNAPSHOT);
            } else if (percent < 60) {
                moments.add(Moment.HAND_OVER);
            } else {
                moments.add(percent % 20 == 0 ? Moment.BOOT : Moment.STREAM);
            }
        }
        return Collections.unmodifiableList(moments);
    }

    /** Waits for the aimed moment, or for the stream when that comes first. */
    private PipelinePhase awaitMoment(
            Moment moment, NanosyncProcess process, ConfirmedWatch confirmed) throws SQLException {
        boolean[] copied = new boolean[1];
        try (Connection connection = database.connect()) {
            if (moment != Moment.BOOT) {
                Await.until(
                        "moment " + moment,
                        PATIENCE,
                        () -> {
                            process.assertRuns();
                            PipelinePhase phase = phase(connection);
                            copied[0] |= phase == PipelinePhase.SNAPSHOT;
                            return phase == PipelinePhase.STREAM
                                    || moment == Moment.SNAPSHOT && copied[0]
                                    || moment == Moment.HAND_OVER
                                            && copied[0]
                                            && phase == PipelinePhase.QUIET;
                        });
            }
            pause(process, confirmed, random.nextInt(moment.spreadMillis));
            return phase(connection);
        }
    }

    /** Lets a random time go by, in which the slot is watched. */
    private void pause(NanosyncProcess process, ConfirmedWatch confirmed, int millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        Await.until(
                "a random moment",
                PATIENCE,
                () -> {
                    process.assertRuns();
                    confirmed.sample();
                    breaks.sometimes();
                    return System.nanoTime() >= end;
                });
    }

    private void awaitStream(NanosyncProcess process, ConfirmedWatch confirmed)
            throws SQLException {
        try (Connection connection = database.connect()) {
            Await.until(
                    "the stream",
                    PATIENCE,
                    () -> {
                        process.assertRuns();
                        confirmed.sample();
                        return phase(connection) == PipelinePhase.STREAM;
                    });
        }
    }

    private static PipelinePhase phase(Connection connection) throws SQLException {
        return PipelinePhase.of(connection, "nanosync_slot_crash");
    }

    private Path pipelinesFile() throws IOException {
        String tables =
                TABLES.stream()
                        .map(table -> "        - '" + table + "'\n")
                        .collect(Collectors.joining());
        return Files.writeString(
                folder.resolve("pipelines.yaml"),
                """
                state_dir: %s
                connections:
                  - name: db
                    type: postgres
                    dsn: "%s?sslmode=disable"
                pipelines:
                  - name: crash
                    source:
                      connection: db
                      tables:
                %s\
                      properties:
                        snapshot_workers: "2"
                        chunk_size: "1000"
                        ctid_partition_blocks: "200"
                    sink:
                      type: arrow
                      path: %s
                    checkpoint_interval: 1s
                    parallelism: 2
                """
                        .formatted(
                                folder.resolve("state").toUri(),
                                database.dsn(),
                                tables,
                                folder.resolve("out").toUri()));
    }
}

package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.testing.verify.ExactlyOnce;
import io.nanosync.flink.pg.testing.verify.Witness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The locale of the process, in containers often {@code C}, changes nothing that is written. */
class LocaleITCase {

    private static final TestPostgres SERVER = TestPostgres.shared(16);
    private static final Map<String, String> LOCALE_C = Map.of("LC_ALL", "C", "NAME", "größe");

    private static final String INSERT =
            "INSERT INTO \"Größe\".\"таблица\" VALUES (1, 'größer 😀')";
    private static final String UPDATE =
            "UPDATE \"Größe\".\"таблица\" SET \"列\" = 'länger' WHERE id = 1";

    @TempDir private Path folder;

    private TestDatabase database;

    @BeforeEach
    void createTable() {
        database = SERVER.createDatabase();
        database.execute(
                "CREATE SCHEMA \"Größe\"",
                "CREATE TABLE \"Größe\".\"таблица\" (id int PRIMARY KEY, \"列\" text)");
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void printsUtf8() throws Exception {
        database.execute(INSERT);
        try (NanosyncProcess run = start("p", "print", "")) {
            run.awaitErr("p  streaming");
            database.execute(UPDATE);
            run.awaitErr("p  streaming  1 changes");
            run.terminate();
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out().lines())
                    .containsExactly(
                            "\"Größe\".\"таблица\" read id=1 列=größer 😀",
                            "\"Größe\".\"таблица\" update id=1 列=länger");
        }
    }

    @Test
    void writesArrowFiles() throws Exception {
        try (Witness witness = Witness.start(database::connect, "witness_locale")) {
            database.execute(INSERT);
            try (NanosyncProcess run = start("p", "arrow, path: out", "")) {
                run.awaitErr("p  streaming");
                database.execute(UPDATE);
                run.awaitErr("p  streaming  1 changes");
                run.terminate();
                assertThat(run.exitCode()).as(run.err()).isZero();
            }
            new ExactlyOnce(witness)
                    .check(folder.resolve("out"), List.of(new QualifiedName("Größe", "таблица")))
                    .assertExact();
        }
    }

    @Test
    void refusesWhatItCanNotReadOrName() throws Exception {
        String mend = "Run it with the environment variable LC_ALL=C.UTF-8";
        try (NanosyncProcess run =
                start("größer", "arrow, path: 'file:///tmp/größe'", "state_dir: größe")) {
            assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
            assertThat(run.err().lines())
                    .hasSize(3)
                    .anyMatch(
                            line ->
                                    line.contains(
                                            "state_dir: found \"größe\", but in the locale of this"
                                                    + " process files are named in US-ASCII. "
                                                    + mend));
        }
        try (NanosyncProcess run = start("größer", "print", "")) {
            assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
            assertThat(run.err())
                    .contains("pipelines[0].name: found \"größer\", but in the locale")
                    .contains(mend);
        }
        try (NanosyncProcess run = start("p", "arrow, path: größe", "state_dir: \"${env:NAME}\"")) {
            assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
            assertThat(run.err())
                    .contains(
                            "state_dir: environment variable NAME holds a character that the"
                                    + " locale of this process can't read. "
                                    + mend)
                    .contains("sink.path: found \"größe\", but in the locale");
        }
    }

    private NanosyncProcess start(String name, String sink, String more) throws IOException {
        Path file = folder.resolve("pipelines.yaml");
        Files.writeString(
                file,
                """
                %s
                connections:
                  - name: db
                    type: postgres
                    dsn: "%s"
                pipelines:
                  - name: %s
                    source:
                      connection: db
                      tables: ['"Größe"."таблица"']
                    sink: {type: %s}
                    checkpoint_interval: 500ms
                """
                        .formatted(more, database.dsn(), name, sink));
        return NanosyncProcess.startIn(LOCALE_C, folder, "run", "-f", file.toString());
    }
}

package io.nanosync.flink.jobs.demo.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.jobs.demo.replay.TableVerdict.Content;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.testing.verify.ArrowFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgeTest {

    private static final QualifiedName KEYED = new QualifiedName("public", "keyed");
    private static final QualifiedName KEYLESS = new QualifiedName("public", "key less");

    @TempDir Path folder;

    private TestDatabase database;

    @BeforeEach
    void createTables() {
        database = TestPostgres.shared(18).createDatabase();
        database.execute(
                "CREATE TABLE keyed (id int PRIMARY KEY, note text)",
                "CREATE TABLE \"key less\" (id int, note text)",
                "ALTER TABLE \"key less\" REPLICA IDENTITY FULL");
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void findsSnapshotAndChangesEqual() throws IOException, SQLException {
        database.execute(
                "INSERT INTO keyed VALUES (1, 'new'), (12, E'tab\\t, back\\\\slash'), (3, NULL),"
                        + " (4, '')");
        try (ArrowFixture file = keyed("part-0")) {
            file.read(100, 1, "one").read(100, 2, "tab\t, back\\slash").read(100, 5, "five");
        }
        try (ArrowFixture file = keyed("part-1")) {
            file.update(120, 1, 1, "new").updateWithoutNote(120, 2, 2, 12).delete(130, 1, 5, null);
        }
        try (ArrowFixture file = keyed("part-2")) {
            file.insert(140, 1, 3, null).insert(140, 2, 4, "");
        }

        assertThat(judge(KEYED))
                .satisfies(
                        verdict -> {
                            assertThat(verdict.isEqual()).isTrue();
                            assertThat(verdict.snapshotRows()).isEqualTo(3);
                            assertThat(verdict.changes()).isEqualTo(5);
                            assertThat(verdict.source().rows()).isEqualTo(4);
                        });
    }

    @Test
    void takesOneOfEqualRowsWithoutAKey() throws IOException, SQLException {
        database.execute(
                "INSERT INTO \"key less\" VALUES (1, 'same'), (1, NULL), (1, 'other'), (2, NULL)");
        try (ArrowFixture file = keyless("part-0")) {
            file.read(100, 1, "same").read(100, 1, "same").read(100, 1, "same");
            file.read(100, 2, null).read(100, 2, null);
            file.update(110, 1, 1, "same", 1, null).update(110, 2, 1, "same", 1, "other");
            file.delete(120, 1, 2, null);
        }

        assertThat(judge(KEYLESS).isEqual()).isTrue();
    }

    @Test
    void mergesFilesByCommitAndOrdinal() throws IOException, SQLException {
        database.execute("INSERT INTO keyed VALUES (1, 'last')");
        try (ArrowFixture file = keyed("a")) {
            file.update(120, 1, 1, "b").update(-5, 1, 1, "last");
        }
        try (ArrowFixture file = keyed("b")) {
            file.insert(110, 1, 1, "a").update(120, 2, 1, "c").update(130, 1, 1, "d");
        }

        assertThat(judge(KEYED).isEqual()).isTrue();
    }

    @Test
    void emptiesAtTruncate() throws IOException, SQLException {
        database.execute("INSERT INTO keyed VALUES (9, 'after')");
        try (ArrowFixture file = keyed("part-0")) {
            file.read(100, 1, "x")
                    .insert(110, 1, 2, "y")
                    .truncate(110, 2)
                    .insert(120, 1, 9, "after");
        }

        assertThat(judge(KEYED).isEqual()).isTrue();
    }

    @Test
    void forgetsWhatStandsBeforeARestartOfTheSnapshot() throws IOException, SQLException {
        database.execute("INSERT INTO keyed VALUES (1, 'second'), (2, 'change')");
        try (ArrowFixture file = keyed("part-0")) {
            file.read(100, 1, "first").read(100, 7, "gone").insert(150, 1, 8, "seen later");
        }
        try (ArrowFixture file = keyed("part-1")) {
            file.truncate(200, -1).read(200, 1, "second").insert(210, 1, 2, "change");
        }

        TableVerdict verdict = judge(KEYED);

        assertThat(verdict.isEqual()).isTrue();
        assertThat(verdict.snapshotRows()).isEqualTo(1);
        assertThat(verdict.changes()).isEqualTo(1);
    }

    @Test
    void countsMissingAndExtraRows() throws IOException, SQLException {
        database.execute("INSERT INTO \"key less\" VALUES (1, 'a'), (1, 'a'), (2, 'b')");
        try (ArrowFixture file = keyless("part-0")) {
            file.read(100, 1, "a").read(100, 2, "b").read(100, 2, "b").read(100, 3, null);
        }

        TableVerdict verdict = judge(KEYLESS);

        assertThat(verdict.isEqual()).isFalse();
        assertThat(verdict.missing()).isEqualTo(1);
        assertThat(verdict.extra()).isEqualTo(2);
    }

    @Test
    void tellsEqualCountsOfDifferentRowsApart() throws IOException, SQLException {
        database.execute("INSERT INTO keyed VALUES (1, 'a')");
        try (ArrowFixture file = keyed("part-0")) {
            file.read(100, 1, "A");
        }

        TableVerdict verdict = judge(KEYED);

        assertThat(verdict.arrived().rows()).isEqualTo(verdict.source().rows());
        assertThat(verdict.isEqual()).isFalse();
    }

    @Test
    void countsChangesThatMetNoRow() throws IOException, SQLException {
        try (ArrowFixture file = keyed("part-0")) {
            file.delete(100, 1, 1, null).update(100, 2, 2, "x");
        }

        TableVerdict verdict = judge(KEYED);

        assertThat(verdict.missed()).isEqualTo(2);
        assertThat(verdict.isEqual()).isFalse();
    }

    @Test
    void findsAnEmptyTableEqualToNothing() throws IOException, SQLException {
        Content empty = judge(KEYED).source();

        assertThat(empty.rows()).isZero();
        assertThat(judge(KEYED).isEqual()).isTrue();
    }

    @Test
    void refusesFilesOfAnotherTable() throws IOException {
        try (ArrowFixture file = keyless("part-0")) {
            file.read(100, 1, null);
        }

        assertThatThrownBy(() -> judge(KEYED))
                .hasMessage("Files of a table that isn't captured: public.\"key less\"");
    }

    @Test
    void seesTheMarkerOnlyInCommittedFiles() throws IOException {
        MarkerWatch marker = new MarkerWatch(folder, KEYED);
        try (ArrowFixture file = keyed(".part-0.inprogress")) {
            file.insert(100, 1, 1, "end");
        }
        try (ArrowFixture file = keyless("part-1")) {
            file.insert(100, 1, 1, "end");
        }
        try (ArrowFixture file = keyed("part-1-restart")) {
            file.truncate(100, -1);
        }
        assertThat(marker.hasArrived()).isFalse();

        try (ArrowFixture file = keyed("part-2")) {
            file.insert(100, 1, 1, "end");
        }
        assertThat(marker.hasArrived()).isTrue();
    }

    private ArrowFixture keyed(String file) {
        return new ArrowFixture(folder.resolve(file), KEYED, false, ArrowFixture.Format.FILE);
    }

    private ArrowFixture keyless(String file) {
        return new ArrowFixture(folder.resolve(file), KEYLESS, true, ArrowFixture.Format.STREAM);
    }

    private TableVerdict judge(QualifiedName table) throws IOException, SQLException {
        Properties properties = new Properties();
        properties.setProperty("stringtype", "unspecified");
        List<TableVerdict> verdicts =
                new Judge(() -> database.connect(properties)).judge(folder, List.of(table));
        assertThat(verdicts).hasSize(1);
        return verdicts.get(0);
    }
}

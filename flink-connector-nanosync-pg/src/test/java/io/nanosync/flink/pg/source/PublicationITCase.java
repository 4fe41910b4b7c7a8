package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Publications that somebody made by hand, in each shape that a pipeline can capture whole. */
final class PublicationITCase {

    @TempDir private Path folder;
    private TestDatabase database;
    private SourceJob job;

    private void onVersion(int major) {
        database = TestPostgres.shared(major).createDatabase();
    }

    @AfterEach
    void cleanUp() throws Exception {
        if (job != null) {
            job.cancel();
        }
        database.close();
    }

    /** Captures public.t of pipeline p, whose publication is there. */
    private void start() throws Exception {
        job = new SourceJob(Configs.initial(database, "p", "public.t"), folder, 1).start();
        job.awaitCommitted(1);
    }

    /** The newest values of rows, in the order in which they came. */
    private List<String> arrived(int rows) {
        job.awaitCommitted(rows);
        return Replay.of(job.committed(), "public.t").stream()
                .map(line -> Objects.requireNonNull(line.after()))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TABLE t WITH (publish_via_partition_root = true, publish_generated_columns ="
                        + " stored)",
                "TABLE t (id, twice, v) WITH (publish_via_partition_root = true)"
            })
    void capturesAStoredGeneratedColumnThatIsPublished(String publication) throws Exception {
        onVersion(18);
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, twice int GENERATED ALWAYS AS (id * 2)"
                        + " STORED, v text, thrice int GENERATED ALWAYS AS (id * 3))",
                "INSERT INTO t (id, v) VALUES (1, 'a')",
                "CREATE PUBLICATION nanosync_pub_p FOR " + publication);
        start();
        database.execute("INSERT INTO t (id, v) VALUES (2, 'b')");
        assertThat(arrived(2)).containsExactly("1|2|a", "2|4|b");
    }

    @Test
    void leavesOutAGeneratedColumnThatIsNotPublished() throws Exception {
        onVersion(18);
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, twice int GENERATED ALWAYS AS (id * 2)"
                        + " STORED, v text)",
                "INSERT INTO t (id, v) VALUES (1, 'a')",
                "CREATE PUBLICATION nanosync_pub_p FOR TABLE t (id, v) WITH"
                        + " (publish_via_partition_root = true)");
        start();
        database.execute("INSERT INTO t (id, v) VALUES (2, 'b')");
        assertThat(arrived(2)).containsExactly("1|a", "2|b");
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void capturesAKeylessTableOfAnInsertOnlyPublication(int major) throws Exception {
        onVersion(major);
        database.execute(
                "CREATE TABLE t (id int)",
                "INSERT INTO t VALUES (1)",
                "CREATE PUBLICATION nanosync_pub_p FOR TABLE t WITH (publish = 'insert')");
        start();
        // The application's UPDATE goes on to work, and is no part of the capture.
        database.execute(
                "INSERT INTO t VALUES (2)", "UPDATE t SET id = 3", "INSERT INTO t VALUES (4)");
        assertThat(arrived(3)).containsExactly("1", "2", "4");
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 18})
    void streamsAsTextBesideATableWhoseValuesHaveNoBinaryForm(int major) throws Exception {
        onVersion(major);
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY)",
                "INSERT INTO t VALUES (1)",
                "CREATE TABLE rights (acl aclitem[])",
                "ALTER TABLE rights REPLICA IDENTITY FULL",
                "CREATE PUBLICATION nanosync_pub_p FOR TABLE t, rights WITH"
                        + " (publish_via_partition_root = true)");
        start();
        database.execute(
                "INSERT INTO rights VALUES ('{postgres=r/postgres}')", "INSERT INTO t VALUES (2)");
        assertThat(arrived(2)).containsExactly("1", "2");
    }
}

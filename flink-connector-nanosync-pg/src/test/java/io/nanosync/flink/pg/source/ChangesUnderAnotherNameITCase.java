package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Under which table's name changes come is decided by the catalog at each change, and may be
 * another for a moment.
 */
final class ChangesUnderAnotherNameITCase {

    private static final String[] PARTITIONED = {
        "CREATE TABLE m (id int PRIMARY KEY, note text) PARTITION BY RANGE (id)",
        "CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10)"
    };

    private static final String[] ROOT_FOR_A_MOMENT = {
        "ALTER PUBLICATION " + Capture.PUBLICATION + " ADD TABLE m",
        "INSERT INTO m VALUES (3, 'missing')",
        "ALTER PUBLICATION " + Capture.PUBLICATION + " DROP TABLE m"
    };

    @TempDir private Path folder;

    @Test
    void rootThatWasPublishedForAMomentIsNoticedAfterAStop() throws Exception {
        try (Capture capture = new Capture(18, folder, PARTITIONED)) {
            capture.start("public.t", "public.m1")
                    .whileItIsStopped(ROOT_FOR_A_MOMENT)
                    .assertRefused("under the name of public\\.m");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void rootThatWasPublishedForAMomentIsNoticedWhileItRuns(int major) throws Exception {
        try (Capture capture = new Capture(major, folder, PARTITIONED)) {
            capture.start("public.t", "public.m1")
                    .execute("INSERT INTO m VALUES (2, 'own name')")
                    .execute(ROOT_FOR_A_MOMENT)
                    .assertRefused("under the name of public\\.m");
        }
    }

    /** No partition is described in front of a truncate. */
    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void truncateOfARootThatWasPublishedForAMomentIsNoticed(int major) throws Exception {
        try (Capture capture = new Capture(major, folder, PARTITIONED)) {
            capture.start("public.t", "public.m1")
                    .whileItIsStopped(
                            "ALTER PUBLICATION " + Capture.PUBLICATION + " ADD TABLE m",
                            "TRUNCATE m",
                            "ALTER PUBLICATION " + Capture.PUBLICATION + " DROP TABLE m")
                    .assertRefused("public\\.m1 is a partition, and doesn't name that one");
        }
    }

    @Test
    void tableThatWasAPartitionForAMomentIsNoticed() throws Exception {
        try (Capture capture =
                new Capture(
                        18,
                        folder,
                        "CREATE TABLE p (id int PRIMARY KEY, note text)",
                        "CREATE PUBLICATION "
                                + Capture.PUBLICATION
                                + " FOR ALL TABLES WITH (publish_via_partition_root = true)")) {
            capture.start("public.t", "public.p")
                    .whileItIsStopped(
                            "CREATE TABLE m (id int PRIMARY KEY, note text) PARTITION BY RANGE"
                                    + " (id)",
                            "ALTER TABLE m ATTACH PARTITION p FOR VALUES FROM (0) TO (10)",
                            "INSERT INTO p VALUES (3, 'missing')",
                            "ALTER TABLE m DETACH PARTITION p",
                            "DROP TABLE m")
                    .assertRefused("under the name of public\\.m");
        }
    }

    /** From 15 on what comes under its own name was no change of the root then. */
    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void tableThatIsAttachedBehindItsOwnChangesIsNotRefused(int major) throws Exception {
        try (Capture capture =
                new Capture(
                        major,
                        folder,
                        "CREATE TABLE m (id int PRIMARY KEY, note text) PARTITION BY RANGE (id)",
                        "CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10)",
                        "CREATE PUBLICATION "
                                + Capture.PUBLICATION
                                + " FOR ALL TABLES WITH (publish_via_partition_root = true)")) {
            capture.start("public.t", "public.m")
                    .execute(
                            "BEGIN; CREATE TABLE x (LIKE m INCLUDING ALL);"
                                    + " INSERT INTO x VALUES (11, 'its own'); ALTER TABLE m ATTACH"
                                    + " PARTITION x FOR VALUES FROM (10) TO (20); COMMIT",
                            "INSERT INTO m VALUES (12, 'of the root')")
                    .awaitRow("12|of the root");
        }
    }

    /** Before 15 its changes still come under its own name. */
    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void identityOfAPartitionThatWasATableOfItsOwnIsLookedAt(int major) throws Exception {
        try (Capture capture =
                new Capture(
                        major,
                        folder,
                        "CREATE TABLE m (id int NOT NULL, note text) PARTITION BY RANGE (id)",
                        "CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10)",
                        "ALTER TABLE m REPLICA IDENTITY FULL",
                        "ALTER TABLE m1 REPLICA IDENTITY FULL",
                        "CREATE TABLE x (id int PRIMARY KEY, note text)",
                        "CREATE PUBLICATION "
                                + Capture.PUBLICATION
                                + " FOR ALL TABLES WITH (publish_via_partition_root = true)")) {
            capture.start("public.t", "public.m").execute("INSERT INTO x VALUES (11, 'eleven')");
            capture.awaitChange();
            capture.execute(
                            "ALTER TABLE m ATTACH PARTITION x FOR VALUES FROM (10) TO (20)",
                            "DELETE FROM m WHERE id = 11",
                            "ALTER TABLE x REPLICA IDENTITY FULL")
                    .assertRefused(
                            major < 15
                                    ? "partition public\\.x of .*(, under its own name| was"
                                            + " attached)"
                                    : "partition public\\.x of public\\.m has replica identity"
                                            + " DEFAULT");
            assertThat(capture.job().committed()).noneMatch(line -> line.op() == 'd');
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void tableThatIsTruncatedTogetherWithARootIsNoPartitionOfIt(int major) throws Exception {
        try (Capture capture =
                new Capture(
                        major,
                        folder,
                        "CREATE TABLE m (id int PRIMARY KEY, note text) PARTITION BY RANGE (id)",
                        "CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10)",
                        "CREATE TABLE x (no int PRIMARY KEY, id int REFERENCES m (id))")) {
            capture.start("public.t", "public.m")
                    .execute(
                            "ALTER PUBLICATION " + Capture.PUBLICATION + " ADD TABLE x",
                            "INSERT INTO m VALUES (1, 'one')",
                            "BEGIN; TRUNCATE m CASCADE; INSERT INTO m VALUES (3, 'three');"
                                    + " DELETE FROM m WHERE id = 3; INSERT INTO m VALUES (4,"
                                    + " 'four'); COMMIT")
                    .awaitRow("4|four");
        }
    }
}

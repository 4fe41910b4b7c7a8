package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A new partition has identity DEFAULT, whatever its root has. Given the root's before an old row
 * of it was written it costs nothing; else such a row comes with made-up nulls.
 */
final class PartitionIdentityITCase {

    private static final String[] FULL_ROOT = {
        "CREATE TABLE m (id int NOT NULL, note text) PARTITION BY RANGE (id)",
        "CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10)",
        "ALTER TABLE m REPLICA IDENTITY FULL",
        "ALTER TABLE m1 REPLICA IDENTITY FULL",
        "INSERT INTO m VALUES (1, 'one'), (2, NULL), (3, NULL)"
    };

    private static final String NEW_PARTITION =
            "CREATE TABLE m2 PARTITION OF m (PRIMARY KEY (id)) FOR VALUES FROM (10) TO (20)";

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void oldRowsOfOthersComeThoughAPartitionGotItsIdentityLater(int major) throws Exception {
        try (Capture capture = new Capture(major, folder, FULL_ROOT)) {
            capture.start("public.t", "public.m")
                    .execute(
                            NEW_PARTITION,
                            "INSERT INTO m VALUES (11, 'eleven')",
                            "ALTER TABLE m2 REPLICA IDENTITY FULL",
                            "DELETE FROM m WHERE id = 1")
                    .awaitChange();
            assertDeleted(capture, "1|one");
        }
    }

    /** Nothing but nulls beside the key: looks like one that lacks something. */
    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void nullsOfOthersAreTheirOwn(int major) throws Exception {
        try (Capture capture = new Capture(major, folder, FULL_ROOT)) {
            capture.start("public.t", "public.m")
                    .execute(
                            "UPDATE m SET note = 'first' WHERE id = 1",
                            NEW_PARTITION,
                            "INSERT INTO m VALUES (11, 'eleven')",
                            "ALTER TABLE m2 REPLICA IDENTITY FULL",
                            "DELETE FROM m WHERE id = 2",
                            "BEGIN; INSERT INTO m VALUES (12, 'twelve');"
                                    + " DELETE FROM m WHERE id = 3; COMMIT",
                            "DELETE FROM m WHERE id = 11")
                    .awaitChange();
            assertDeleted(capture, "2|null", "3|null", "11|eleven");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void partitionThatWasDetachedIsNoDoubt(int major) throws Exception {
        try (Capture capture = new Capture(major, folder, FULL_ROOT)) {
            capture.start("public.t", "public.m")
                    .execute(
                            "UPDATE m SET note = 'first' WHERE id = 1",
                            NEW_PARTITION,
                            "INSERT INTO m VALUES (11, 'eleven')",
                            "ALTER TABLE m DETACH PARTITION m2",
                            "DELETE FROM m WHERE id = 2")
                    .awaitChange();
            assertDeleted(capture, "2|null");
        }
    }

    /** An update that leaves the key alone has no old row. */
    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void updatesOfOthersComeUnderAKey(int major) throws Exception {
        try (Capture capture =
                new Capture(
                        major,
                        folder,
                        "CREATE TABLE m (id int, code int NOT NULL, note text,"
                                + " PRIMARY KEY (id, code)) PARTITION BY RANGE (code)",
                        "CREATE UNIQUE INDEX m_code ON m (code)",
                        "CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10)",
                        "ALTER TABLE m REPLICA IDENTITY USING INDEX m_code",
                        "ALTER TABLE m1 REPLICA IDENTITY USING INDEX m1_code_idx",
                        "INSERT INTO m VALUES (1, 1, 'one')")) {
            capture.start("public.t", "public.m")
                    .execute(
                            "UPDATE m SET note = 'first' WHERE id = 1",
                            "CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20)",
                            "INSERT INTO m VALUES (11, 11, 'eleven')",
                            "ALTER TABLE m2 REPLICA IDENTITY USING INDEX m2_code_idx",
                            "UPDATE m SET note = 'second' WHERE id = 1")
                    .awaitRow("1|1|second");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void oldRowThatLacksSomethingIsRefused(int major) throws Exception {
        try (Capture capture = new Capture(major, folder, FULL_ROOT)) {
            capture.start("public.t", "public.m")
                    .execute(
                            NEW_PARTITION,
                            "INSERT INTO m VALUES (11, 'eleven')",
                            "DELETE FROM m WHERE id = 11",
                            "ALTER TABLE m2 REPLICA IDENTITY FULL")
                    .assertRefused("partition public\\.m2 of public\\.m has replica identity");
            assertThat(capture.job().committed()).noneMatch(line -> line.op() == 'd');
        }
    }

    /** The root alone is altered, of which no message tells, and put back before anybody looks. */
    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void oldRowUnderAnotherIdentityOfTheRootIsRefused(int major) throws Exception {
        try (Capture capture =
                new Capture(
                        major,
                        folder,
                        "CREATE TABLE m (id int PRIMARY KEY, big text) PARTITION BY RANGE (id)",
                        "CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (1000)",
                        "ALTER TABLE m1 ALTER COLUMN big SET STORAGE EXTERNAL",
                        "INSERT INTO m VALUES (1, repeat('x', 10000)), (5, 'a')")) {
            capture.start("public.t", "public.m")
                    .execute("UPDATE m SET big = 'b' WHERE id = 5")
                    .awaitRow("5|b");
            capture.execute(
                            "BEGIN; ALTER TABLE m REPLICA IDENTITY FULL;"
                                    + " UPDATE m SET id = 2 WHERE id = 1;"
                                    + " ALTER TABLE m REPLICA IDENTITY DEFAULT; COMMIT")
                    .assertRefused("replica identity was FULL");
            assertThat(capture.job().committed())
                    .noneMatch(line -> line.after() != null && line.after().startsWith("2|"));
        }
    }

    /** pgoutput describes a partition by the numbers that the listed columns have in the root. */
    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void columnListIsNoDoubtWhereAPartitionHasItsColumnsInAnotherOrder(int major) throws Exception {
        try (Capture capture =
                new Capture(
                        major,
                        folder,
                        "CREATE TABLE m (id int, region text, note text, PRIMARY KEY (id, region))"
                                + " PARTITION BY LIST (region)",
                        "CREATE TABLE m1 (note text, region text NOT NULL, id int NOT NULL,"
                                + " PRIMARY KEY (id, region))",
                        "ALTER TABLE m ATTACH PARTITION m1 FOR VALUES IN ('a')",
                        "INSERT INTO m VALUES (1, 'a', 'one')",
                        "CREATE PUBLICATION nanosync_pub_deal FOR TABLE t, m (id, region) WITH"
                                + " (publish_via_partition_root = true)")) {
            capture.start("public.t", "public.m")
                    .execute(
                            "UPDATE m SET note = 'first' WHERE id = 1",
                            "UPDATE m SET id = 2 WHERE id = 1",
                            "DELETE FROM m WHERE id = 2")
                    .awaitChange();
            assertDeleted(capture, "2|a");
        }
    }

    private static void assertDeleted(Capture capture, String... rows) throws Exception {
        assertThat(capture.job().committed())
                .filteredOn(line -> line.op() == 'd')
                .extracting(SourceJob.Line::before)
                .containsExactly(rows);
    }
}

package io.nanosync.flink.pg.source;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A row of the publication that is the same as before doesn't say that it covered a table all the
 * time, nor that the table's rows come unfiltered.
 */
final class CoverageITCase {

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void tableThatWasInAnotherSchemaForAMomentIsNoticed(int major) throws Exception {
        try (Capture capture =
                new Capture(
                        major,
                        folder,
                        "CREATE TABLE u (id int PRIMARY KEY, note text)",
                        "CREATE SCHEMA other",
                        "CREATE PUBLICATION "
                                + Capture.PUBLICATION
                                + " FOR TABLES IN SCHEMA public")) {
            capture.start("public.t", "public.u")
                    .whileItIsStopped(
                            "ALTER TABLE u SET SCHEMA other",
                            "INSERT INTO other.u VALUES (3, 'missing')",
                            "ALTER TABLE other.u SET SCHEMA public")
                    .assertRefused("public\\.u was moved to another schema");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void partitionThatWasDetachedForAMomentIsNoticed(int major) throws Exception {
        try (Capture capture =
                new Capture(
                        major,
                        folder,
                        "CREATE TABLE m (id int PRIMARY KEY, note text) PARTITION BY RANGE (id)",
                        "CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10)",
                        "CREATE PUBLICATION " + Capture.PUBLICATION + " FOR TABLE t, m")) {
            capture.start("public.t", "public.m1")
                    .whileItIsStopped(
                            "ALTER TABLE m DETACH PARTITION m1",
                            "INSERT INTO m1 VALUES (3, 'missing')",
                            "ALTER TABLE m ATTACH PARTITION m1 FOR VALUES FROM (0) TO (10)")
                    .assertRefused("public\\.m1 was detached from the table by which");
        }
    }

    @Test
    void filterThatHoldsOnceTheSchemaIsTakenOutIsNoticed() throws Exception {
        try (Capture capture =
                new Capture(
                        18,
                        folder,
                        "CREATE TABLE u (id int PRIMARY KEY, note text)",
                        "CREATE PUBLICATION "
                                + Capture.PUBLICATION
                                + " FOR TABLE t, u WHERE (id > 100), TABLES IN SCHEMA public")) {
            capture.start("public.t", "public.u")
                    .whileItIsStopped(
                            "ALTER PUBLICATION "
                                    + Capture.PUBLICATION
                                    + " DROP TABLES IN SCHEMA public",
                            "INSERT INTO u VALUES (3, 'missing')")
                    .assertRefused("covers public\\.u with a row filter now");
        }
    }
}

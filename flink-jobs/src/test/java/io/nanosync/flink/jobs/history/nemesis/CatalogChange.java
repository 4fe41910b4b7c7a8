package io.nanosync.flink.jobs.history.nemesis;

import io.nanosync.flink.jobs.history.Pause;
import io.nanosync.flink.pg.testing.TestDatabase;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What somebody does to tables and publication while a pipeline captures them. The load goes on
 * meanwhile.
 */
public enum CatalogChange implements Action {
    UNPUBLISH_FOR_A_MOMENT("h.plain") {
        @Override
        void apply(TestDatabase database, Random draws) {
            database.execute("ALTER PUBLICATION " + PUBLICATION + " DROP TABLE h.plain");
            Pause.millis(draws.nextInt(1_500));
            database.execute("ALTER PUBLICATION " + PUBLICATION + " ADD TABLE h.plain");
        }
    },
    PUBLISH_INSERTS_ONLY(CatalogChange.PUBLICATION) {
        @Override
        void apply(TestDatabase database, Random draws) {
            database.execute("ALTER PUBLICATION " + PUBLICATION + " SET (publish = 'insert')");
            if (draws.nextBoolean()) {
                Pause.millis(draws.nextInt(1_500));
                database.execute(
                        "ALTER PUBLICATION "
                                + PUBLICATION
                                + " SET (publish = 'insert, update, delete, truncate')");
            }
        }
    },
    RECREATE_PUBLICATION(CatalogChange.PUBLICATION) {
        @Override
        void apply(TestDatabase database, Random draws) {
            String tables =
                    database.queryString(
                            "SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') FROM"
                                    + " pg_publication_tables WHERE pubname = '"
                                    + PUBLICATION
                                    + "'");
            // One transaction: without the publication the walsender fails, and with it nothing.
            database.execute(
                    "DROP PUBLICATION "
                            + PUBLICATION
                            + "; CREATE PUBLICATION "
                            + PUBLICATION
                            + " FOR TABLE "
                            + tables
                            + " WITH (publish_via_partition_root = true)");
        }
    },
    RECREATE_TABLE("h.plain") {
        @Override
        void apply(TestDatabase database, Random draws) {
            createPlainNew(database);
            String publish = publishing(database, "plain_new", "plain");
            database.execute(
                    "DROP TABLE h.plain; ALTER TABLE h.plain_new RENAME TO plain; " + publish);
        }
    },
    SWAP_TABLE("h.plain") {
        @Override
        void apply(TestDatabase database, Random draws) {
            createPlainNew(database);
            database.execute(
                    publishing(database, "plain_new", "plain_new"),
                    "ALTER TABLE h.plain RENAME TO plain_old;"
                            + " ALTER TABLE h.plain_new RENAME TO plain");
        }
    },
    PARTITION_WITHOUT_IDENTITY("h.divided") {
        @Override
        void apply(TestDatabase database, Random draws) {
            database.execute(
                    "CREATE TABLE h.divided_c PARTITION OF h.divided FOR VALUES IN ('c')",
                    "INSERT INTO h.divided SELECT g, 'c', 'new' FROM generate_series(1, 50) g",
                    "UPDATE h.divided SET note = 'newer' WHERE region = 'c'");
        }
    },
    PARTITION_WITH_IDENTITY(null) {
        @Override
        void apply(TestDatabase database, Random draws) {
            String name = "h.divided_" + Long.toHexString(draws.nextLong() & Long.MAX_VALUE);
            String region = "r" + name.hashCode();
            database.execute(
                    ("CREATE TABLE %s PARTITION OF h.divided FOR VALUES IN ('%s');"
                                    + " ALTER TABLE %s REPLICA IDENTITY FULL")
                            .formatted(name, region, name),
                    ("INSERT INTO h.divided SELECT g, '%s', 'new' FROM generate_series(1, 50) g")
                            .formatted(region),
                    "UPDATE h.divided SET note = 'newer' WHERE region = '%s'".formatted(region));
        }
    },
    RENAME_AND_BACK(null) {
        @Override
        void apply(TestDatabase database, Random draws) {
            database.execute(
                    "ALTER TABLE h.plain RENAME TO renamed;"
                            + " ALTER TABLE h.renamed RENAME TO plain");
        }
    },
    PUBLISH_ANOTHER_TABLE(null) {
        @Override
        void apply(TestDatabase database, Random draws) {
            String table = "other_" + Long.toHexString(draws.nextLong() & Long.MAX_VALUE);
            String name = "h." + table;
            database.execute("CREATE TABLE " + name + " (id bigint PRIMARY KEY, note text)");
            if (database.queryLong(
                            "SELECT count(*) FROM pg_publication WHERE pubname = '"
                                    + PUBLICATION
                                    + "'")
                    == 1) {
                database.execute(publishing(database, table, table));
            }
            database.execute(
                    "INSERT INTO " + name + " SELECT g, 'x' FROM generate_series(1, 100) g");
        }
    };

    private static final String PUBLICATION = "nanosync_pub_history";

    private final Consequence consequence;

    CatalogChange(@Nullable String costsChangesOf) {
        this.consequence =
                costsChangesOf == null
                        ? new Consequence.GoesOn()
                        : new Consequence.Refusal(costsChangesOf);
    }

    /** One like the other, in its replica identity too: whoever describes it now describes both. */
    private static void createPlainNew(TestDatabase database) {
        String identity =
                database.queryString(
                        "SELECT CASE relreplident WHEN 'f' THEN 'FULL' ELSE 'DEFAULT' END FROM"
                                + " pg_class WHERE oid = 'h.plain'::regclass");
        database.execute(
                "CREATE TABLE h.plain_new (LIKE h.plain INCLUDING ALL)",
                "ALTER TABLE h.plain_new REPLICA IDENTITY " + identity);
    }

    /**
     * The statement by which a table that is there comes into the publication; empty where it is in
     * it as one of all tables, or of its schema.
     *
     * @param after its name when the statement runs
     */
    private static String publishing(TestDatabase database, String now, String after) {
        boolean isPublished =
                database.queryLong(
                                "SELECT count(*) FROM pg_publication_tables WHERE pubname = '"
                                        + PUBLICATION
                                        + "' AND schemaname = 'h' AND tablename = '"
                                        + now
                                        + "'")
                        > 0;
        return isPublished ? "" : "ALTER PUBLICATION " + PUBLICATION + " ADD TABLE h." + after;
    }

    abstract void apply(TestDatabase database, Random draws);

    @Override
    public Consequence consequence() {
        return consequence;
    }

    @Override
    public Ending begin(Target target, Random draws) {
        apply(target.database(), draws);
        return Ending.NONE;
    }
}

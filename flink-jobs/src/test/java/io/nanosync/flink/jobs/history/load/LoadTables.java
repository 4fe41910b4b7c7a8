package io.nanosync.flink.jobs.history.load;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.TestDatabase;
import java.util.List;
import java.util.stream.Stream;

/** The captured tables: one of each kind that a pipeline treats differently. */
public final class LoadTables {

    /** Its only row is the last change of a history. */
    public static final QualifiedName MARKER = new QualifiedName("h", "marker");

    /** Most of the load is on it. */
    public static final QualifiedName PLAIN = new QualifiedName("h", "plain");

    /** Its partitions have their root's replica identity, which is the whole row. */
    public static final QualifiedName DIVIDED = new QualifiedName("h", "divided");

    /** Text in rows of work that is never committed. */
    public static final String ABORTED = "aborted";

    private static final List<String> NAMES =
            List.of(
                    "plain",
                    "keyless",
                    "parted",
                    "toasted",
                    "whole",
                    "divided",
                    "Emptied Now",
                    "marker");

    private static final int ROWS = 3_000;

    private LoadTables() {}

    /** All of them. */
    public static List<QualifiedName> names() {
        return NAMES.stream().map(LoadTables::name).toList();
    }

    static QualifiedName name(String table) {
        return new QualifiedName("h", table);
    }

    /** A column that says which row it is, or which of some equal ones. */
    static String key(QualifiedName table) {
        return table.name().equals("keyless") ? "n" : "id";
    }

    /** Creates them empty, so that a witness sees every row. */
    public static void create(TestDatabase database, Division division, Published published) {
        create(database);
        if (division.isByValues()) {
            new SpreadTables(database, division).prepare();
        }
        published.prepare(database);
    }

    private static void create(TestDatabase database) {
        database.execute(
                "CREATE SCHEMA h",
                """
                CREATE TABLE h.plain (id bigint PRIMARY KEY, note text, amount numeric(12,2),
                    seen timestamptz NOT NULL DEFAULT clock_timestamp())
                """,
                "CREATE TABLE h.keyless (n int, note text)",
                "ALTER TABLE h.keyless REPLICA IDENTITY FULL",
                """
                CREATE TABLE h.parted (id bigint, region text, note text, PRIMARY KEY (id, region))
                PARTITION BY LIST (region)
                """,
                "CREATE TABLE h.parted_a PARTITION OF h.parted FOR VALUES IN ('a')",
                // Its columns stand in another order than its root's.
                """
                CREATE TABLE h.parted_b (note text, region text NOT NULL, id bigint NOT NULL,
                    PRIMARY KEY (id, region))
                """,
                "ALTER TABLE h.parted ATTACH PARTITION h.parted_b FOR VALUES IN ('b')",
                // With a key, so that a partition may come that has another identity than its root.
                "CREATE TABLE h.divided (id bigint, region text, note text, PRIMARY KEY (id,"
                        + " region)) PARTITION BY LIST (region)",
                "ALTER TABLE h.divided REPLICA IDENTITY FULL",
                "CREATE TABLE h.divided_a PARTITION OF h.divided FOR VALUES IN ('a')",
                "ALTER TABLE h.divided_a REPLICA IDENTITY FULL",
                "CREATE TABLE h.divided_b PARTITION OF h.divided FOR VALUES IN ('b')",
                "ALTER TABLE h.divided_b REPLICA IDENTITY FULL",
                "CREATE TABLE h.toasted (id bigint PRIMARY KEY, small int, big text)",
                "ALTER TABLE h.toasted ALTER COLUMN big SET STORAGE EXTERNAL",
                "CREATE TABLE h.whole (id bigint PRIMARY KEY, small int, big text)",
                "ALTER TABLE h.whole ALTER COLUMN big SET STORAGE EXTERNAL",
                "ALTER TABLE h.whole REPLICA IDENTITY FULL",
                "CREATE TABLE h.\"Emptied Now\" (id bigint PRIMARY KEY, note text)",
                "CREATE TABLE h.marker (id bigint PRIMARY KEY)");
    }

    /** What is there before the pipeline begins. */
    public static void fill(TestDatabase database, Division division) {
        if (division.isByValues()) {
            new SpreadTables(database, division).fill();
        } else {
            fill(database);
        }
    }

    private static void fill(TestDatabase database) {
        Stream.of(
                        "h.plain (id, note) SELECT g, 'first ' || g",
                        "h.keyless SELECT g % 100, 'first'",
                        "h.parted SELECT g, CASE g % 2 WHEN 0 THEN 'a' ELSE 'b' END, 'first'",
                        "h.divided SELECT g, CASE g % 2 WHEN 0 THEN 'a' ELSE 'b' END, 'first'",
                        "h.toasted SELECT g, 0, CASE WHEN g % 20 = 0 THEN repeat(md5(g::text), 100)"
                                + " END",
                        "h.whole SELECT g, 0, CASE WHEN g % 20 = 0 THEN repeat(md5(g::text), 100)"
                                + " END",
                        "h.\"Emptied Now\" SELECT g, 'first'")
                .map(insert -> "INSERT INTO " + insert + " FROM generate_series(1, " + ROWS + ") g")
                .forEach(database::execute);
    }
}

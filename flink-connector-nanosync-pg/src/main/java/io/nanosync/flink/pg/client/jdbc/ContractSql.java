package io.nanosync.flink.pg.client.jdbc;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The queries behind {@link ContractQueries}. They read tables of the catalog under the statement's
 * snapshot, no function that looks at the catalog of now: so that a reading is one state of it.
 */
final class ContractSql {

    /** The publication's row. */
    static final String PUBLICATION = "SELECT * FROM pub";

    /** Which tables have the names of the captured ones: a view under one has no changes. */
    static final String NAMED =
            """
            SELECT n.nspname, c.relname, c.oid
              FROM wanted w JOIN pg_namespace n ON n.nspname = w.schema_name
              JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.table_name
             WHERE c.relkind IN ('r', 'p', 'f')
            """;

    /**
     * What covers them. {@code pg_get_expr} would print a row filter, and wait for whoever has
     * locked its table.
     */
    static final String COVERAGE =
            """
            SELECT s.captured, CASE WHEN s.oid = s.captured THEN 'TABLE' ELSE 'ANCESTOR' END AS by,
                   r.prrelid AS of, r.oid, r.xmin::text::bigint AS version,
                   %1$s AS row_filter, %2$s AS column_list,
                   NULL::oid AS member, NULL::bigint AS member_version
              FROM (SELECT oid AS captured, oid FROM wanted
                     UNION ALL SELECT captured, oid FROM up) s
              JOIN pg_publication_rel r ON r.prrelid = s.oid AND r.prpubid = (SELECT oid FROM pub)
            %3$s
             ORDER BY captured, oid
            """;

    private static final String COVERAGE_BY_SCHEMA =
            """
            UNION ALL
            SELECT s.captured,
                   CASE WHEN s.oid = s.captured THEN 'SCHEMA' ELSE 'ANCESTOR_SCHEMA' END,
                   ns.pnnspid, ns.oid, ns.xmin::text::bigint, NULL, NULL,
                   c.oid, d.xmin::text::bigint
              FROM (SELECT oid AS captured, oid FROM wanted
                     UNION ALL SELECT captured, oid FROM up) s
              JOIN pg_class c ON c.oid = s.oid
              JOIN pg_publication_namespace ns ON ns.pnnspid = c.relnamespace
                                              AND ns.pnpubid = (SELECT oid FROM pub)
              JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid
                              AND d.objsubid = 0 AND d.refclassid = 'pg_namespace'::regclass
            """;

    private static final String COLUMN_LIST =
            """
            (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
               FROM pg_attribute a
              WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs::int2[]))\
            """;

    /** What they are partitions of, from below. */
    static final String ANCESTORS =
            """
            SELECT u.captured, u.oid, n.nspname, c.relname, u.version
              FROM up u JOIN pg_class c ON c.oid = u.oid
              JOIN pg_namespace n ON n.oid = c.relnamespace
             ORDER BY u.captured, u.level
            """;

    /** What lies below them. */
    static final String PARTITIONS =
            """
            SELECT d.captured, d.oid, n.nspname, c.relname, c.relkind, c.relpersistence,
                   c.relreplident, d.parent, d.version,
                   ARRAY(SELECT a.attname::text
                           FROM pg_index i
                           JOIN pg_attribute a ON a.attrelid = i.indrelid
                            AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])
                          WHERE i.indrelid = c.oid AND i.indisvalid AND i.indimmediate
                            AND CASE c.relreplident WHEN 'd' THEN i.indisprimary
                                                    WHEN 'i' THEN i.indisreplident
                                                    ELSE false END
                          ORDER BY a.attname::text COLLATE "C") AS key
              FROM down d JOIN pg_class c ON c.oid = d.oid
              JOIN pg_namespace n ON n.oid = c.relnamespace
             ORDER BY d.captured, d.oid
            """;

    /**
     * Which of them aren't proven to have been created as partitions. {@code CREATE TABLE …
     * PARTITION OF} makes a table's columns, and in a later command of the same transaction the row
     * that makes it a partition; {@code ATTACH PARTITION} writes all columns' rows anew in the
     * command that writes the other. Once {@code xmax} is set {@code cmin} may be another one's.
     */
    static final String ATTACHED =
            """
            SELECT d.oid FROM down d
             WHERE NOT EXISTS (
                   SELECT FROM pg_inherits i JOIN pg_attribute a ON a.attrelid = i.inhrelid
                    WHERE i.inhrelid = d.oid AND i.inhparent = d.parent
                      AND a.attnum > 0 AND NOT a.attisdropped AND a.xmin = i.xmin
                      AND a.cmin::text::bigint < i.cmin::text::bigint
                      AND a.xmax::text = '0' AND i.xmax::text = '0')
            """;

    /**
     * Which tables have no block in the file that they were created with, nor had any: a truncate
     * gives a table another file, and vacuum, which may cut off blocks, leaves a free space map.
     */
    static final String UNWRITTEN =
            """
            SELECT t.oid
              FROM unnest(?::int8[]::oid[]) t(oid)
             WHERE pg_relation_filenode(t.oid) = t.oid
               AND pg_relation_size(t.oid, 'main') = 0 AND pg_relation_size(t.oid, 'fsm') = 0
            """;

    /** Their primary keys; a deferrable one is none by which rows could be told apart. */
    static final String KEYS =
            """
            SELECT k.conrelid AS captured, k.oid, k.xmin::text::bigint AS version
              FROM wanted w JOIN pg_constraint k ON k.conrelid = w.oid
             WHERE k.contype = 'p' AND NOT k.condeferrable
            """;

    /** The tables themselves and their columns, for the digest. */
    private static final String SHAPE =
            """
            SELECT c.oid, c.relnamespace, c.relname, c.relkind, c.relpersistence, c.relreplident,
                   (SELECT string_agg(
                               concat_ws(' ', a.attnum, a.attname, a.atttypid, a.atttypmod), ','
                               ORDER BY a.attnum)
                      FROM pg_attribute a
                     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
                   (SELECT i.indkey::text FROM pg_index i
                     WHERE i.indrelid = c.oid AND i.indisprimary AND i.indimmediate)
              FROM wanted w JOIN pg_class c ON c.oid = w.oid
            """;

    /** Which of some tables has another below it. */
    static final String ROOT_OF =
            """
            WITH RECURSIVE up(oid) AS (
                SELECT inhparent FROM pg_inherits WHERE inhrelid = ?::oid
                UNION
                SELECT i.inhparent FROM up u JOIN pg_inherits i ON i.inhrelid = u.oid
            )
            SELECT oid FROM up WHERE oid = ANY (?::int8[]::oid[]) LIMIT 1
            """;

    private static final String WITH =
            """
            WITH RECURSIVE pub AS (
                SELECT oid, xmin::text::bigint AS version, pubowner, puballtables, pubinsert,
                       pubupdate, pubdelete, pubtruncate, pubviaroot, %1$s AS pubgencols
                  FROM pg_publication WHERE pubname = ?
            ), wanted AS (
                SELECT w.oid::oid AS oid, w.schema_name, w.table_name
                  FROM unnest(?::int8[], ?::text[], ?::text[]) w(oid, schema_name, table_name)
            ), down(captured, oid, parent, version) AS (
                SELECT w.oid, i.inhrelid, i.inhparent, i.xmin::text::bigint
                  FROM wanted w JOIN pg_class p ON p.oid = w.oid AND p.relkind = 'p'
                  JOIN pg_inherits i ON i.inhparent = w.oid %2$s
                UNION ALL
                SELECT d.captured, i.inhrelid, i.inhparent, i.xmin::text::bigint
                  FROM down d JOIN pg_class p ON p.oid = d.oid AND p.relkind = 'p'
                  JOIN pg_inherits i ON i.inhparent = d.oid %2$s
            ), up(captured, oid, level, version) AS (
                SELECT w.oid, i.inhparent, 1, i.xmin::text::bigint
                  FROM wanted w JOIN pg_class p ON p.oid = w.oid AND p.relispartition
                  JOIN pg_inherits i ON i.inhrelid = w.oid %2$s
                UNION ALL
                SELECT u.captured, i.inhparent, u.level + 1, i.xmin::text::bigint
                  FROM up u JOIN pg_inherits i ON i.inhrelid = u.oid %2$s
            )
            """;

    private ContractSql() {}

    /**
     * One of the queries above, whole. Its arguments: name of the publication, then OIDs, schemas
     * and names of the captured tables.
     */
    static String of(String select, int major) {
        return with(major) + versioned(select, major);
    }

    /** A query that gives one text of everything that the queries above read. */
    static String digest(int major) {
        return with(major)
                + List.of(PUBLICATION, SHAPE, NAMED, COVERAGE, ANCESTORS, PARTITIONS, KEYS).stream()
                        .map(
                                select ->
                                        "(SELECT string_agg(q::text, ';' ORDER BY q::text) FROM ("
                                                + versioned(select, major)
                                                + ") q)")
                        .collect(Collectors.joining(", ", "SELECT md5(concat_ws('|', ", "))"));
    }

    private static String with(int major) {
        return WITH.formatted(
                major >= 18 ? "pubgencols::text" : "'n'::text", Partitions.attached(major));
    }

    private static String versioned(String select, int major) {
        boolean from15 = major >= 15;
        return select.equals(COVERAGE)
                ? select.formatted(
                        from15 ? "md5(r.prqual::text)" : "NULL::text",
                        from15 ? COLUMN_LIST : "NULL::text",
                        from15 ? COVERAGE_BY_SCHEMA : "")
                : select;
    }
}

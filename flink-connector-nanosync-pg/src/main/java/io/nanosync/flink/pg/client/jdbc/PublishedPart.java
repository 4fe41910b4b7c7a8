package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a publication gives of one table that stores rows, where it has a row of its own for that
 * table or, with {@code publish_via_partition_root}, for the topmost root that it publishes. From
 * 15 on.
 *
 * @param table whose row it is
 * @param stored the table that stores the rows
 * @param identity of the table that stores the rows
 * @param key the columns of its replica identity; empty when that is FULL, or there is none. Before
 *     18 without generated ones, which no list can have ({@link GeneratedColumnCheck})
 * @param columns the column list; null without one
 * @param rowFilter the row filter as SQL; null without one
 * @param filterColumns the columns that the row filter reads
 */
record PublishedPart(
        QualifiedName table,
        QualifiedName stored,
        ReplicaIdentity identity,
        List<String> key,
        @Nullable List<String> columns,
        @Nullable String rowFilter,
        List<String> filterColumns) {

    // pg_depend doesn't tell the columns of the filter from those of the list.
    private static final String PARTS =
            """
            WITH stored AS (
                SELECT w.at, c.oid, n.nspname, c.relname, c.relreplident,
                       ARRAY(SELECT a.attname::text
                               FROM pg_index i
                               JOIN pg_attribute a ON a.attrelid = i.indrelid
                                    AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])
                                    AND (a.attgenerated = '' OR %s)
                              WHERE i.indrelid = c.oid AND i.indisvalid AND i.indimmediate
                                AND CASE c.relreplident WHEN 'd' THEN i.indisprimary
                                                        WHEN 'i' THEN i.indisreplident
                                                        ELSE false END
                              ORDER BY a.attnum) AS key
                  FROM unnest(?, ?) WITH ORDINALITY w(schema_name, table_name, at)
                  JOIN pg_namespace n ON n.nspname = w.schema_name
                  JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.table_name
            )
            SELECT n.nspname, c.relname, s.nspname AS stored_schema, s.relname AS stored_name,
                   s.relreplident, s.key, pg_get_expr(r.prqual, r.prrelid) AS row_filter,
                   CASE WHEN r.prattrs IS NOT NULL
                        THEN ARRAY(SELECT a.attname::text FROM pg_attribute a
                                    WHERE a.attrelid = r.prrelid
                                      AND a.attnum = ANY (r.prattrs::int2[])
                                    ORDER BY a.attnum) END AS columns,
                   ARRAY(SELECT DISTINCT a.attname::text
                           FROM regexp_matches(r.prqual::text, ':varattno (\\d+)', 'g') v(parts)
                           JOIN pg_attribute a ON a.attrelid = r.prrelid
                                AND a.attnum = v.parts[1]::int
                          ORDER BY 1) AS filter_columns
              FROM stored s
              JOIN pg_publication p ON p.pubname = ?
              LEFT JOIN LATERAL (
                       SELECT t.relid
                         FROM pg_partition_ancestors(s.oid) WITH ORDINALITY t(relid, height)
                         JOIN pg_class tc ON tc.oid = t.relid
                        WHERE p.pubviaroot
                          AND (EXISTS (SELECT FROM pg_publication_rel x
                                        WHERE x.prpubid = p.oid AND x.prrelid = t.relid)
                               OR EXISTS (SELECT FROM pg_publication_namespace x
                                           WHERE x.pnpubid = p.oid
                                             AND x.pnnspid = tc.relnamespace))
                        ORDER BY t.height DESC LIMIT 1) top ON true
              JOIN pg_publication_rel r ON r.prpubid = p.oid
                   AND r.prrelid = coalesce(top.relid, s.oid)
              JOIN pg_class c ON c.oid = r.prrelid
              JOIN pg_namespace n ON n.oid = c.relnamespace
             ORDER BY s.at
            """;

    /** Those of all tables and leaves of which the publication gives only a part. */
    static List<PublishedPart> of(PreflightContext context, String publication) throws PgException {
        List<QualifiedName> stored = context.stored().stream().map(TableFacts::name).toList();
        return context.session()
                .rows(
                        "read the column lists and row filters of publication \""
                                + publication
                                + "\"",
                        PARTS.formatted(context.session().major() >= 18),
                        PublishedPart::read,
                        stored.stream().map(QualifiedName::schema).toArray(String[]::new),
                        stored.stream().map(QualifiedName::name).toArray(String[]::new),
                        publication);
    }

    private static PublishedPart read(ResultSet row) throws SQLException {
        Array columns = row.getArray("columns");
        return new PublishedPart(
                new QualifiedName(row.getString("nspname"), row.getString("relname")),
                new QualifiedName(row.getString("stored_schema"), row.getString("stored_name")),
                ReplicaIdentity.of(row.getString("relreplident").charAt(0)),
                names(row.getArray("key")),
                columns == null ? null : names(columns),
                row.getString("row_filter"),
                names(row.getArray("filter_columns")));
    }

    private static List<String> names(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }

    /** Whether its list is one that PostgreSQL doesn't take under FULL, not even of all columns. */
    boolean listsUnderFull() {
        return identity == ReplicaIdentity.FULL && columns != null;
    }

    /** Columns of the replica identity that the column list leaves out. */
    List<String> unlisted() {
        return columns == null ? List.of() : without(key, columns);
    }

    /** Columns of the row filter that the replica identity doesn't have. */
    List<String> unidentified() {
        return key.isEmpty() ? List.of() : without(filterColumns, key);
    }

    private static List<String> without(List<String> names, List<String> others) {
        return names.stream().filter(name -> !others.contains(name)).toList();
    }
}

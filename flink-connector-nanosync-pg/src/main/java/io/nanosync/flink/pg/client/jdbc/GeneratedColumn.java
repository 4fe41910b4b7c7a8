package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.List;

/**
 * A generated column.
 *
 * @param stored whether its values are stored; a virtual one is computed when it is read
 * @param inKey whether the index that is the replica identity has it
 * @param published whether the pipeline's publication publishes it, for a leaf under its root's
 *     name
 */
record GeneratedColumn(
        QualifiedName table, String name, boolean stored, boolean inKey, boolean published) {

    private static final String COLUMNS =
            """
WITH published AS MATERIALIZED (%s)
SELECT n.nspname, c.relname, a.attname, a.attgenerated = 's' AS stored,
       EXISTS (
           SELECT FROM pg_index i
            WHERE i.indrelid = c.oid AND i.indisvalid AND i.indimmediate
              AND CASE c.relreplident WHEN 'd' THEN i.indisprimary
                                      WHEN 'i' THEN i.indisreplident
                                      ELSE false END
              AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])) AS in_key,
       EXISTS (
           SELECT FROM published p
            WHERE p.attname = a.attname
              AND (p.relid = c.oid
                   OR c.relispartition
                      AND p.relid IN (SELECT relid FROM pg_partition_ancestors(c.oid))))
           AS published
  FROM unnest(?, ?) WITH ORDINALITY w(schema_name, table_name, at)
  JOIN pg_namespace n ON n.nspname = w.schema_name
  JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.table_name
       AND c.relkind IN ('r', 'p')
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       AND a.attgenerated <> ''
 ORDER BY w.at, a.attnum
""";

    private static final String NONE =
            "SELECT 0::oid AS relid, ''::name AS attname WHERE ?::text = ''";

    private static final String FROM_18 =
            """
            SELECT g.relid, pa.attname
              FROM pg_publication p, LATERAL pg_get_publication_tables(p.pubname::text) g
              JOIN pg_attribute pa ON pa.attrelid = g.relid AND pa.attnum = ANY (g.attrs)
             WHERE p.pubname = ? AND pa.attgenerated <> ''
            """;

    /** Those of all tables and leaves. */
    static List<GeneratedColumn> of(PreflightContext context) throws PgException {
        Session session = context.session();
        String publication = context.request().publication();
        return session.rows(
                "read the generated columns of the tables",
                COLUMNS.formatted(session.major() >= 18 ? FROM_18 : NONE),
                row ->
                        new GeneratedColumn(
                                new QualifiedName(
                                        row.getString("nspname"), row.getString("relname")),
                                row.getString("attname"),
                                row.getBoolean("stored"),
                                row.getBoolean("in_key"),
                                row.getBoolean("published")),
                publication == null ? "" : publication,
                context.tables().stream().map(t -> t.name().schema()).toArray(String[]::new),
                context.tables().stream().map(t -> t.name().name()).toArray(String[]::new));
    }
}

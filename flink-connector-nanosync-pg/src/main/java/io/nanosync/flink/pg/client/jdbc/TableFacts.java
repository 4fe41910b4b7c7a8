package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What preflight wants to know of one table, or of a leaf of one.
 *
 * @param root the partitioned table that was asked for, when this is a leaf of it; else null
 * @param parent the table that this one is a partition of, named or not; null when it is none
 * @param kind {@code relkind}; a space when there is no such table
 * @param persistence the letter of {@code pg_class} for it
 * @param identity the letter of {@code pg_class.relreplident}
 * @param identified whether the replica identity has any column
 * @param primaryKey whether it has a primary key
 * @param identityIndex a unique index that could be the replica identity; null without one
 * @param owned whether the role owns it, itself or by membership
 * @param usesSchema whether the role has USAGE on the schema
 * @param selects whether the role has SELECT on all of it
 * @param selectsSome whether it has SELECT on a column at least
 * @param policed whether row-level security applies to the role
 * @param accessMethod {@code heap}, or another; null for a partitioned table
 * @param inheritors tables that inherit from it other than as partitions
 */
record TableFacts(
        QualifiedName name,
        @Nullable QualifiedName root,
        @Nullable QualifiedName parent,
        char kind,
        char persistence,
        char identity,
        boolean identified,
        boolean primaryKey,
        @Nullable String identityIndex,
        boolean owned,
        boolean usesSchema,
        boolean selects,
        boolean selectsSome,
        boolean policed,
        @Nullable String accessMethod,
        List<QualifiedName> inheritors) {

    private static final char ABSENT = ' ';

    private static final String FACTS =
            """
            WITH named AS (
                SELECT w.schema_name, w.table_name, w.at, c.oid, NULL::oid AS root
                  FROM unnest(?, ?) WITH ORDINALITY w(schema_name, table_name, at)
                  LEFT JOIN pg_namespace n ON n.nspname = w.schema_name
                  LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.table_name
                       AND c.relkind NOT IN ('i', 'I', 't', 'c', 'S')
            ), wanted AS (
                SELECT * FROM named
                UNION ALL
                SELECT ln.nspname, l.relname, r.at, l.oid, r.oid
                  FROM named r
                  JOIN pg_class p ON p.oid = r.oid AND p.relkind = 'p'
                  CROSS JOIN LATERAL pg_partition_tree(p.oid) t
                  JOIN pg_class l ON l.oid = t.relid
                  JOIN pg_namespace ln ON ln.oid = l.relnamespace
                 WHERE t.isleaf AND l.relkind <> 'p'
            )
            SELECT w.schema_name, w.table_name,
                   rn.nspname AS root_schema, rc.relname AS root_table,
                   un.nspname AS parent_schema, uc.relname AS parent_table,
                   coalesce(c.relkind, ' ') AS kind, c.relpersistence, c.relreplident,
                   c.relreplident = 'f' OR EXISTS (
                       SELECT FROM pg_index i
                        WHERE i.indrelid = c.oid AND i.indisvalid AND i.indimmediate
                          AND CASE c.relreplident WHEN 'd' THEN i.indisprimary
                                                  WHEN 'i' THEN i.indisreplident
                                                  ELSE false END) AS identified,
                   EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary
                                                    AND i.indisvalid AND i.indimmediate)
                       AS primary_key,
                   (SELECT ic.relname FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid
                     WHERE i.indrelid = c.oid AND i.indisunique AND i.indimmediate AND i.indisvalid
                       AND i.indpred IS NULL AND i.indexprs IS NULL
                       AND NOT EXISTS (
                           SELECT FROM pg_attribute a
                            WHERE a.attrelid = c.oid AND NOT a.attnotnull
                              AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1]))
                     ORDER BY ic.relname LIMIT 1) AS identity_index,
                   coalesce(pg_has_role(c.relowner, 'USAGE'), false) AS owned,
                   coalesce(has_schema_privilege(n.oid, 'USAGE'), false) AS uses_schema,
                   coalesce(has_table_privilege(c.oid, 'SELECT'), false) AS selects,
                   coalesce(has_any_column_privilege(c.oid, 'SELECT'), false) AS selects_some,
                   CASE WHEN c.relkind IN ('r', 'p') THEN row_security_active(c.oid)
                        ELSE false END AS policed,
                   am.amname,
                   ARRAY(SELECT ARRAY[ns.nspname::text, ic.relname::text]
                           FROM pg_inherits i JOIN pg_class ic ON ic.oid = i.inhrelid
                           JOIN pg_namespace ns ON ns.oid = ic.relnamespace
                          WHERE i.inhparent = c.oid AND c.relkind = 'r'
                          ORDER BY 1) AS inheritors
              FROM wanted w
              LEFT JOIN pg_class c ON c.oid = w.oid
              LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
              LEFT JOIN pg_am am ON am.oid = c.relam
              LEFT JOIN pg_class rc ON rc.oid = w.root
              LEFT JOIN pg_namespace rn ON rn.oid = rc.relnamespace
              LEFT JOIN pg_inherits up ON up.inhrelid = c.oid AND c.relispartition
              LEFT JOIN pg_class uc ON uc.oid = up.inhparent
              LEFT JOIN pg_namespace un ON un.oid = uc.relnamespace
             ORDER BY w.at, w.root IS NOT NULL, w.schema_name, w.table_name
            """;

    /** The tables in the order given, each followed by its leaves. */
    static List<TableFacts> of(Session session, List<QualifiedName> tables) throws PgException {
        return session.rows(
                "read what preflight needs to know of the tables",
                FACTS,
                TableFacts::read,
                tables.stream().map(QualifiedName::schema).toArray(String[]::new),
                tables.stream().map(QualifiedName::name).toArray(String[]::new));
    }

    private static TableFacts read(ResultSet row) throws SQLException {
        char kind = row.getString("kind").charAt(0);
        boolean exists = kind != ABSENT;
        return new TableFacts(
                new QualifiedName(row.getString("schema_name"), row.getString("table_name")),
                name(row, "root_schema", "root_table"),
                name(row, "parent_schema", "parent_table"),
                kind,
                exists ? row.getString("relpersistence").charAt(0) : ABSENT,
                exists ? row.getString("relreplident").charAt(0) : ABSENT,
                row.getBoolean("identified"),
                row.getBoolean("primary_key"),
                row.getString("identity_index"),
                row.getBoolean("owned"),
                row.getBoolean("uses_schema"),
                row.getBoolean("selects"),
                row.getBoolean("selects_some"),
                row.getBoolean("policed"),
                row.getString("amname"),
                names(row.getArray("inheritors")));
    }

    private static @Nullable QualifiedName name(ResultSet row, String schema, String table)
            throws SQLException {
        String tableName = row.getString(table);
        return tableName == null ? null : new QualifiedName(row.getString(schema), tableName);
    }

    /** From an array of pairs of schema and name; an empty one has no dimension. */
    private static List<QualifiedName> names(Array array) throws SQLException {
        List<QualifiedName> names = new ArrayList<>();
        for (Object pair : (Object[]) array.getArray()) {
            String[] parts = (String[]) pair;
            names.add(new QualifiedName(parts[0], parts[1]));
        }
        return List.copyOf(names);
    }

    boolean exists() {
        return kind != ABSENT;
    }

    /** Whether it is a table or a partitioned table, not a view or the like. */
    boolean isTable() {
        return kind == 'r' || kind == 'p';
    }

    /** "Table a.b", or "Partition a.b of c.d". */
    String subject() {
        return root == null ? "Table " + name : "Partition " + name + " of " + root;
    }
}

package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.ControlSession.TableDescription;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tables and their columns, from {@code pg_catalog} by OID. */
final class TableCatalog {

    private static final String TABLES =
            """
            SELECT c.relname
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = ? AND c.relkind IN ('r', 'p') AND c.relpersistence = 'p'
               AND NOT c.relispartition
             ORDER BY c.relname
            """;

    // Up to 13 a table that was never analyzed has 0 rows in 0 pages, from 14 it has -1.
    private static final String TABLE =
            """
            SELECT c.oid, c.relkind, c.relpersistence, c.relreplident,
                   (SELECT CASE WHEN bool_and(unknown) THEN -1
                                ELSE coalesce(sum(rows) FILTER (WHERE NOT unknown), 0) END
                      FROM (SELECT l.reltuples::float8 AS rows,
                                   l.reltuples < 0 OR (l.reltuples = 0 AND l.relpages = 0)
                                       AS unknown
                              FROM pg_class l
                             WHERE l.relkind <> 'p'
                               AND (l.oid = c.oid
                                    OR l.oid IN (SELECT relid FROM pg_partition_tree(c.oid)))) l
                   ) AS estimated_rows
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = ? AND c.relname = ? AND c.relkind NOT IN ('i', 'I', 't', 'c')
            """;

    // A deferrable primary key is no replica identity.
    private static final String COLUMNS =
            """
SELECT a.attname, a.atttypid, a.atttypmod, format_type(a.atttypid, a.atttypmod) AS type,
       a.attnotnull,
       CASE c.relreplident
           WHEN 'f' THEN true
           WHEN 'n' THEN false
           ELSE EXISTS (
               SELECT FROM pg_index i
                WHERE i.indrelid = c.oid AND i.indisvalid AND i.indimmediate
                  AND CASE c.relreplident WHEN 'd' THEN i.indisprimary
                                          ELSE i.indisreplident END
                  AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1]))
           END AS identity
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
 WHERE c.oid = ?::oid AND a.attnum > 0 AND NOT a.attisdropped
   AND a.attgenerated = ''
 ORDER BY a.attnum
""";

    private static final String PRIMARY_KEY =
            """
            SELECT a.attname
              FROM pg_index i, unnest((i.indkey::int2[])[0:i.indnkeyatts - 1])
                       WITH ORDINALITY k(attnum, at)
              JOIN pg_attribute a ON a.attnum = k.attnum
             WHERE i.indrelid = ?::oid AND i.indisprimary AND a.attrelid = i.indrelid
             ORDER BY k.at
            """;

    private final Session session;

    TableCatalog(Session session) {
        this.session = session;
    }

    List<QualifiedName> tables(String schema) throws PgException {
        return session.rows(
                "list the tables of schema \"" + schema + "\"",
                TABLES,
                row -> new QualifiedName(schema, row.getString(1)),
                schema);
    }

    @Nullable TableDescription describe(QualifiedName table) throws PgException {
        String doing = "describe table " + table;
        Relation relation =
                session.first(doing, TABLE, Relation::read, table.schema(), table.name());
        if (relation == null) {
            return null;
        }
        List<RawColumn> raw = session.rows(doing, COLUMNS, RawColumn::read, relation.oid());
        Map<Integer, PgType> types =
                new TypeCatalog(session).load(doing, raw.stream().map(RawColumn::typeOid).toList());
        List<Column> columns = raw.stream().map(c -> c.typed(types)).collect(Collectors.toList());
        List<String> primaryKey =
                session.rows(doing, PRIMARY_KEY, row -> row.getString(1), relation.oid());
        return new TableDescription(
                new TableSchema(
                        (int) relation.oid(),
                        table,
                        relation.identity(),
                        List.copyOf(columns),
                        List.copyOf(primaryKey)),
                relation.kind(),
                relation.persistence(),
                relation.estimatedRows());
    }

    private record Relation(
            long oid, char kind, char persistence, ReplicaIdentity identity, long estimatedRows) {

        static Relation read(ResultSet row) throws SQLException {
            return new Relation(
                    row.getLong("oid"),
                    row.getString("relkind").charAt(0),
                    row.getString("relpersistence").charAt(0),
                    ReplicaIdentity.of(row.getString("relreplident").charAt(0)),
                    (long) row.getDouble("estimated_rows"));
        }
    }

    private record RawColumn(
            String name,
            long typeOid,
            int typmod,
            String typeText,
            boolean nullable,
            boolean identity) {

        static RawColumn read(ResultSet row) throws SQLException {
            return new RawColumn(
                    row.getString("attname"),
                    row.getLong("atttypid"),
                    row.getInt("atttypmod"),
                    row.getString("type"),
                    !row.getBoolean("attnotnull"),
                    row.getBoolean("identity"));
        }

        Column typed(Map<Integer, PgType> types) {
            PgType type = types.get((int) typeOid);
            if (type == null) {
                throw new IllegalStateException(
                        "Column " + name + " has type " + typeText + ", which was not loaded");
            }
            return new Column(name, type, typmod, typeText, nullable, identity);
        }
    }
}

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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tables and their columns, from {@code pg_catalog} by OID: any number of tables in the same few
 * queries.
 */
final class TableCatalog {

    private static final String OIDS =
            """
            SELECT w.schema_name, w.table_name, c.oid, c.relkind IN ('r', 'p', 'f') AS is_table
              FROM unnest(?, ?) w(schema_name, table_name)
              JOIN pg_namespace n ON n.nspname = w.schema_name
              JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.table_name
             WHERE c.relkind NOT IN ('i', 'I', 't', 'c')
            """;

    private static final String NAMES =
            """
            SELECT c.oid, n.nspname, c.relname
              FROM unnest(?::int8[]) w(oid) JOIN pg_class c ON c.oid = w.oid::oid
              JOIN pg_namespace n ON n.oid = c.relnamespace
            """;

    // Up to 13 a table that was never analyzed has 0 rows in 0 pages, from 14 it has -1.
    private static final String RELATIONS =
            """
            WITH RECURSIVE wanted(oid) AS (SELECT unnest(?::int8[])::oid),
            tree(root, oid) AS (
                SELECT oid, oid FROM wanted
                UNION ALL
                SELECT t.root, i.inhrelid
                  FROM tree t JOIN pg_class p ON p.oid = t.oid AND p.relkind = 'p'
                  JOIN pg_inherits i ON i.inhparent = t.oid %s
            ), estimate AS (
                SELECT t.root,
                       CASE WHEN bool_and(u.unknown) THEN -1
                            ELSE coalesce(sum(l.reltuples::float8) FILTER (WHERE NOT u.unknown), 0)
                       END AS rows
                  FROM tree t JOIN pg_class l ON l.oid = t.oid AND l.relkind <> 'p'
                 CROSS JOIN LATERAL (SELECT l.reltuples < 0
                                         OR (l.reltuples = 0 AND l.relpages = 0) AS unknown) u
                 GROUP BY t.root
            )
            SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence, c.relreplident,
                   e.rows AS estimated_rows
              FROM wanted w JOIN pg_class c ON c.oid = w.oid
              JOIN pg_namespace n ON n.oid = c.relnamespace
              LEFT JOIN estimate e ON e.root = c.oid
            """;

    // A deferrable primary key is no replica identity. From 18 on a column may be NOT NULL for what
    // is written from now on alone (NOT VALID).
    private static final String COLUMNS =
            """
            WITH wanted(oid) AS (SELECT unnest(?::int8[])::oid),
            key AS (
                SELECT i.indrelid, (i.indkey::int2[])[0:i.indnkeyatts - 1] AS attnums
                  FROM wanted w JOIN pg_class c ON c.oid = w.oid
                  JOIN pg_index i ON i.indrelid = c.oid
                 WHERE i.indisvalid AND i.indimmediate
                   AND CASE c.relreplident WHEN 'd' THEN i.indisprimary
                                           WHEN 'i' THEN i.indisreplident ELSE false END
            )
            SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod,
                   format_type(a.atttypid, a.atttypmod) AS type,
                   NOT a.attnotnull OR EXISTS (
                       SELECT FROM pg_constraint n
                        WHERE n.conrelid = a.attrelid AND n.contype = 'n' AND NOT n.convalidated
                          AND a.attnum = ANY (n.conkey)) AS nullable,
                   c.relreplident = 'f' OR coalesce(a.attnum = ANY (k.attnums), false) AS identity
              FROM wanted w JOIN pg_class c ON c.oid = w.oid
              JOIN pg_attribute a ON a.attrelid = c.oid
              LEFT JOIN key k ON k.indrelid = c.oid
             WHERE a.attnum > 0 AND NOT a.attisdropped AND (a.attgenerated = '' %s) %s
             ORDER BY a.attrelid, a.attnum
            """;

    // From 18 a publication may publish stored generated columns: all, or those of a column list.
    private static final String PUBLISHED_GENERATED =
            """
            OR a.attgenerated = 's' AND EXISTS (
                SELECT FROM pg_publication p
                  LEFT JOIN pg_publication_rel r ON r.prpubid = p.oid AND r.prrelid = c.oid
                 WHERE p.pubname = ?
                   AND CASE WHEN r.prattrs IS NULL THEN p.pubgencols = 's'
                            ELSE a.attnum = ANY (r.prattrs::int2[]) END)
            """;

    /** A publication publishes the columns of its list, where a table has one; 15 and newer. */
    private static final String LISTED =
            """
            AND NOT EXISTS (
                SELECT FROM pg_publication p JOIN pg_publication_rel r ON r.prpubid = p.oid
                 WHERE p.pubname = ? AND r.prrelid = c.oid AND r.prattrs IS NOT NULL
                   AND a.attnum <> ALL (r.prattrs::int2[]))
            """;

    // A deferrable one is checked at the end of a statement or transaction: before that two rows
    // may have the same key, and whoever goes by it takes one for the other.
    private static final String PRIMARY_KEYS =
            """
            SELECT i.indrelid, a.attname
              FROM pg_index i
             CROSS JOIN LATERAL unnest((i.indkey::int2[])[0:i.indnkeyatts - 1])
                       WITH ORDINALITY k(attnum, at)
              JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
             WHERE i.indrelid = ANY (?::int8[]::oid[]) AND i.indisprimary AND i.indimmediate
             ORDER BY i.indrelid, k.at
            """;

    // A constant is kept for the rows that were there (atthasmissing), also when the default is
    // dropped at once; of a partitioned table in its partitions. Whatever else fills rows writes
    // the table anew, into another file, and so do TRUNCATE and VACUUM FULL, which drop that mark.
    private static final String FILLED =
            """
            WITH RECURSIVE tree(oid) AS (
                SELECT ?::oid
                UNION ALL
                SELECT i.inhrelid FROM tree t JOIN pg_class p ON p.oid = t.oid AND p.relkind = 'p'
                  JOIN pg_inherits i ON i.inhparent = t.oid %s
            )
            SELECT DISTINCT a.attname FROM tree t
              JOIN pg_class c USING (oid) JOIN pg_attribute a ON a.attrelid = t.oid
             WHERE a.attnum > 0 AND NOT a.attisdropped
               AND (a.atthasdef OR a.atthasmissing OR c.relfilenode NOT IN (0, c.oid))
            """;

    private final Session session;

    TableCatalog(Session session) {
        this.session = session;
    }

    /** OIDs of the tables that are there; a view or a sequence is none. */
    Map<QualifiedName, Integer> oids(List<QualifiedName> names) throws PgException {
        return oids(names, NamedRelation::isTable);
    }

    private Map<QualifiedName, Integer> oids(
            List<QualifiedName> names, Predicate<NamedRelation> wanted) throws PgException {
        return session
                .rows(
                        doing(names),
                        OIDS,
                        NamedRelation::read,
                        names.stream().map(QualifiedName::schema).toArray(String[]::new),
                        names.stream().map(QualifiedName::name).toArray(String[]::new))
                .stream()
                .filter(wanted)
                .collect(Collectors.toMap(NamedRelation::name, NamedRelation::oid));
    }

    private record NamedRelation(QualifiedName name, int oid, boolean isTable) {

        static NamedRelation read(ResultSet row) throws SQLException {
            return new NamedRelation(
                    new QualifiedName(row.getString(1), row.getString(2)),
                    (int) row.getLong(3),
                    row.getBoolean(4));
        }
    }

    /** Columns that may have given a value to rows that were there when they were added. */
    Set<String> filled(int table) throws PgException {
        return Set.copyOf(
                session.rows(
                        "read the defaults of table " + Integer.toUnsignedString(table),
                        FILLED.formatted(Partitions.attached(session.major())),
                        row -> row.getString(1),
                        Integer.toUnsignedLong(table)));
    }

    /** Names of the tables that are there. */
    Map<Integer, QualifiedName> names(List<Integer> oids) throws PgException {
        Map<Integer, QualifiedName> names = new HashMap<>();
        session.rows(
                        "read the names of tables",
                        NAMES,
                        row ->
                                Map.entry(
                                        (int) row.getLong(1),
                                        new QualifiedName(row.getString(2), row.getString(3))),
                        (Object) oids.stream().map(Integer::toUnsignedLong).toArray(Long[]::new))
                .forEach(entry -> names.put(entry.getKey(), entry.getValue()));
        return names;
    }

    /** The tables and views that are there, in the order of the names. */
    List<TableDescription> describe(List<QualifiedName> names, @Nullable String publication)
            throws PgException {
        Map<QualifiedName, Integer> oids = oids(names, any -> true);
        return describe(
                doing(names),
                names.stream().map(oids::get).filter(Objects::nonNull).toList(),
                publication);
    }

    private static String doing(List<QualifiedName> names) {
        return names.size() == 1
                ? "describe table " + names.get(0)
                : "describe " + names.size() + " tables";
    }

    /**
     * The tables of these OIDs that are there, in their order.
     *
     * @param publication through which they are captured; null without a stream
     */
    List<TableDescription> describe(String doing, List<Integer> oids, @Nullable String publication)
            throws PgException {
        Long[] wanted = oids.stream().map(Integer::toUnsignedLong).toArray(Long[]::new);
        Map<Integer, Relation> relations = new HashMap<>();
        String relationsNow = RELATIONS.formatted(Partitions.attached(session.major()));
        for (Relation relation :
                session.rows(doing, relationsNow, Relation::read, (Object) wanted)) {
            relations.put(relation.oid(), relation);
        }
        Map<Integer, List<RawColumn>> raw = columns(doing, wanted, publication);
        Map<Integer, PgType> types =
                new TypeCatalog(session)
                        .load(
                                doing,
                                raw.values().stream()
                                        .flatMap(List::stream)
                                        .map(RawColumn::typeOid)
                                        .toList());
        Map<Integer, List<String>> keys =
                grouped(doing, PRIMARY_KEYS, row -> row.getString(2), (Object) wanted);
        List<TableDescription> tables = new ArrayList<>();
        for (int oid : oids) {
            Relation relation = relations.get(oid);
            if (relation != null) {
                List<Column> columns =
                        raw.getOrDefault(oid, List.of()).stream()
                                .map(column -> column.typed(types))
                                .toList();
                tables.add(relation.described(columns, key(columns, keys.get(oid))));
            }
        }
        return tables;
    }

    /** A key of which a column isn't published is none to those who get the changes. */
    private static List<String> key(List<Column> columns, @Nullable List<String> key) {
        return key != null
                        && columns.stream()
                                .map(Column::name)
                                .collect(Collectors.toSet())
                                .containsAll(key)
                ? List.copyOf(key)
                : List.of();
    }

    private Map<Integer, List<RawColumn>> columns(
            String doing, Long[] wanted, @Nullable String publication) throws PgException {
        if (publication == null || session.major() < 15) {
            return grouped(doing, COLUMNS.formatted("", ""), RawColumn.reader(), (Object) wanted);
        }
        return session.major() < 18
                ? grouped(
                        doing,
                        COLUMNS.formatted("", LISTED),
                        RawColumn.reader(),
                        wanted,
                        publication)
                : grouped(
                        doing,
                        COLUMNS.formatted(PUBLISHED_GENERATED, LISTED),
                        RawColumn.reader(),
                        wanted,
                        publication,
                        publication);
    }

    /** A type as {@code format_type} prints it. */
    String typeText(int oid, int typmod) throws PgException {
        return session.one(
                "read the name of a type",
                "SELECT format_type(?::oid, ?)",
                row -> row.getString(1),
                Integer.toUnsignedLong(oid),
                typmod);
    }

    /** Rows by the OID in their first column. */
    private <T> Map<Integer, List<T>> grouped(
            String doing, String sql, RowReader<T> reader, Object... arguments) throws PgException {
        Map<Integer, List<T>> grouped = new LinkedHashMap<>();
        session.rows(
                doing,
                sql,
                row ->
                        grouped.computeIfAbsent((int) row.getLong(1), oid -> new ArrayList<>())
                                .add(reader.read(row)),
                arguments);
        return grouped;
    }

    private record Relation(
            int oid,
            QualifiedName name,
            char kind,
            char persistence,
            ReplicaIdentity identity,
            long estimatedRows) {

        static Relation read(ResultSet row) throws SQLException {
            return new Relation(
                    (int) row.getLong("oid"),
                    new QualifiedName(row.getString("nspname"), row.getString("relname")),
                    row.getString("relkind").charAt(0),
                    row.getString("relpersistence").charAt(0),
                    ReplicaIdentity.of(row.getString("relreplident").charAt(0)),
                    (long) row.getDouble("estimated_rows"));
        }

        TableDescription described(List<Column> columns, List<String> primaryKey) {
            return new TableDescription(
                    new TableSchema(oid, name, identity, columns, primaryKey),
                    kind,
                    persistence,
                    estimatedRows);
        }
    }

    private record RawColumn(
            int attnum,
            String name,
            long typeOid,
            int typmod,
            String typeText,
            boolean nullable,
            boolean identity) {

        /** Thousands of tables have columns of the same names: each name is kept once. */
        static RowReader<RawColumn> reader() {
            Map<String, String> known = new HashMap<>();
            UnaryOperator<String> shared = text -> known.computeIfAbsent(text, same -> same);
            return row ->
                    new RawColumn(
                            row.getInt("attnum"),
                            shared.apply(row.getString("attname")),
                            row.getLong("atttypid"),
                            row.getInt("atttypmod"),
                            shared.apply(row.getString("type")),
                            row.getBoolean("nullable"),
                            row.getBoolean("identity"));
        }

        Column typed(Map<Integer, PgType> types) {
            PgType type = types.get((int) typeOid);
            if (type == null) {
                throw new IllegalStateException(
                        "Column " + name + " has type " + typeText + ", which was not loaded");
            }
            return new Column(name, type, typmod, typeText, nullable, identity, attnum);
        }
    }
}

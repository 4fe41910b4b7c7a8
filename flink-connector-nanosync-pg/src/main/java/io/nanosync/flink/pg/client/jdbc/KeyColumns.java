package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Columns of a table as they are now, and how those of a key are compared. */
final class KeyColumns {

    /**
     * The equality of a key is that of its unique index: by operator, since a name alone may mean
     * another one (of text for citext) that no index serves, and by collation, which may be another
     * one than the column's. A B-tree's, since in others, as of a temporal key, the third operator
     * is another one.
     */
    private static final String COLUMNS =
            """
WITH unique_index AS (
    SELECT i.indexrelid, i.indkey, i.indclass, i.indcollation, i.indnkeyatts
      FROM pg_index i
     CROSS JOIN LATERAL (
        SELECT array_agg(a.attname::text) AS names
          FROM pg_attribute a
         WHERE a.attrelid = i.indrelid
           AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])) k
     WHERE i.indrelid = ?::oid AND i.indisunique AND i.indisvalid AND i.indimmediate
       AND i.indpred IS NULL AND i.indexprs IS NULL
       AND k.names @> ?::text[] AND k.names <@ ?::text[]
     ORDER BY i.indisprimary DESC, i.indisreplident DESC LIMIT 1
), compared AS (
    SELECT u.attnum, u.collated, n.nspname, o.oprname
      FROM unique_index i
     CROSS JOIN LATERAL unnest((i.indkey::int2[])[0:i.indnkeyatts - 1],
                               (i.indclass::oid[])[0:i.indnkeyatts - 1],
                               (i.indcollation::oid[])[0:i.indnkeyatts - 1])
                u(attnum, opclass, collated)
      JOIN pg_opclass c ON c.oid = u.opclass
      JOIN pg_am b ON b.oid = c.opcmethod AND b.amname = 'btree'
      JOIN pg_amop m ON m.amopfamily = c.opcfamily AND m.amopstrategy = 3
           AND m.amoplefttype = c.opcintype AND m.amoprighttype = c.opcintype
      JOIN pg_operator o ON o.oid = m.amopopr
      JOIN pg_namespace n ON n.oid = o.oprnamespace
)
SELECT a.attname, a.attnum, a.atttypid, a.atttypmod,
       format_type(a.atttypid, a.atttypmod) AS type,
       'OPERATOR(' || quote_ident(k.nspname) || '.' || k.oprname || ')' AS equals,
       CASE WHEN k.collated <> a.attcollation THEN (
           SELECT 'COLLATE ' || quote_ident(n.nspname) || '.' || quote_ident(l.collname)
             FROM pg_collation l JOIN pg_namespace n ON n.oid = l.collnamespace
            WHERE l.oid = k.collated) END AS collated,
       CASE WHEN k.attnum IS NOT NULL THEN (
           WITH RECURSIVE domain(oid, base) AS (
               SELECT t.oid, t.typbasetype FROM pg_type t WHERE t.oid = a.atttypid
                UNION ALL
               SELECT t.oid, t.typbasetype
                 FROM domain d JOIN pg_type t ON t.oid = d.base)
           SELECT format_type(oid, -1) FROM domain WHERE base = 0) END AS base_type
  FROM pg_attribute a LEFT JOIN compared k ON k.attnum = a.attnum
 WHERE a.attrelid = ?::oid AND a.attnum > 0 AND NOT a.attisdropped
""";

    private KeyColumns() {}

    /**
     * A column.
     *
     * @param equals the operator that compares it; null when it isn't part of the key, or there is
     *     no such key any more
     * @param collation a COLLATE clause, or nothing
     * @param baseType its type without a length, that of a domain's values; null where {@code
     *     equals} is
     */
    record NowColumn(
            String name,
            int attnum,
            int typeOid,
            int typmod,
            String typeText,
            @Nullable String equals,
            String collation,
            @Nullable String baseType) {

        /** The condition that it is equal to a value. */
        String isEqualTo(String value) {
            return "t." + QualifiedName.quote(name) + " " + collation + " " + equals + " " + value;
        }
    }

    /** The columns by name. */
    static Map<String, NowColumn> of(Session session, int table, List<String> key)
            throws PgException {
        String[] names = key.toArray(String[]::new);
        long oid = Integer.toUnsignedLong(table);
        Map<String, NowColumn> columns = new LinkedHashMap<>();
        session.rows(
                        "look up the columns of a key",
                        COLUMNS,
                        row -> {
                            String collation = row.getString("collated");
                            return new NowColumn(
                                    row.getString("attname"),
                                    row.getInt("attnum"),
                                    (int) row.getLong("atttypid"),
                                    row.getInt("atttypmod"),
                                    row.getString("type"),
                                    row.getString("equals"),
                                    collation == null ? "" : collation,
                                    row.getString("base_type"));
                        },
                        oid,
                        names,
                        names,
                        oid)
                .forEach(column -> columns.put(column.name(), column));
        return columns;
    }
}

package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A column by which a table is divided, and how PostgreSQL orders its values: not by the operators
 * that a name would find, which depend on the search path, but by those of the index support that
 * {@code ORDER BY} goes by.
 *
 * @param name its name
 * @param typeText the declared type, for messages
 * @param typeOid the type; of a domain its base type
 * @param type what is compared, in SQL, without a modifier: that type, or {@code oid}
 * @param cast whether its values aren't of that type: they are of a domain, or of a type for
 *     objects of the catalog, whose order is that of their OIDs
 * @param generated the letter of the catalog for how it is generated; a space when it isn't
 * @param enumeration whether it is one
 * @param named whether parts of it are written by names, which may be given to others: labels of an
 *     enumeration, objects of the catalog ({@code regclass} and the like)
 * @param collation its collation in SQL; null for a type without any
 * @param collationOid the collation's OID; 0 for a type without any
 * @param less operator {@code <} of its order, in SQL; null when the type has no order
 * @param atLeast operator {@code >=} of its order, in SQL; null when the type has no order
 */
record PartitionColumn(
        String name,
        String typeText,
        int typeOid,
        String type,
        boolean cast,
        char generated,
        boolean enumeration,
        boolean named,
        @Nullable String collation,
        long collationOid,
        @Nullable String less,
        @Nullable String atLeast) {

    // The order of a type is that of the default B-tree operator class for it, or for one that can
    // stand for it: GetDefaultOpClass in src/backend/commands/indexcmds.c. Servers before 14 have
    // no
    // multiranges, and no rngmultitypid.
    private static final String FACTS =
            """
            WITH RECURSIVE col AS (
                SELECT a.attname, a.atttypid, a.atttypmod, a.attgenerated, a.attcollation
                  FROM pg_attribute a
                 WHERE a.attrelid = ?::oid AND a.attname = ? AND a.attnum > 0
                   AND NOT a.attisdropped
            ), types(oid) AS (
                SELECT atttypid FROM col
                UNION ALL
                SELECT t.typbasetype FROM types d JOIN pg_type t ON t.oid = d.oid
                 WHERE t.typtype = 'd'
            ), base AS (
                SELECT t.oid, t.typtype, t.typcategory,
                       t.typname LIKE 'reg%' AND t.typnamespace = 'pg_catalog'::regnamespace
                           AS registered
                  FROM types d JOIN pg_type t ON t.oid = d.oid WHERE t.typtype <> 'd'
            ), parts(oid) AS (
                SELECT oid FROM base
                UNION
                SELECT part.oid FROM parts p JOIN pg_type t ON t.oid = p.oid
                 CROSS JOIN LATERAL (
                    SELECT t.typbasetype AS oid WHERE t.typtype = 'd'
                    UNION ALL SELECT t.typelem WHERE t.typcategory = 'A'
                    UNION ALL SELECT a.atttypid FROM pg_attribute a
                     WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0
                       AND NOT a.attisdropped
                    UNION ALL SELECT r.rngsubtype FROM pg_range r
                     WHERE r.rngtypid = t.oid
                        OR (to_jsonb(r) ->> 'rngmultitypid')::oid = t.oid) part
            ), class AS (
                SELECT o.opcfamily, o.opcintype
                  FROM base b
                  JOIN pg_opclass o ON o.opcdefault
                       AND o.opcmethod = (SELECT oid FROM pg_am WHERE amname = 'btree')
                  JOIN pg_type i ON i.oid = o.opcintype
                 WHERE i.oid = b.oid
                    OR EXISTS (SELECT FROM pg_cast k
                                WHERE k.castsource = b.oid AND k.casttarget = i.oid
                                  AND k.castmethod = 'b' AND k.castcontext = 'i')
                    OR i.typname = CASE WHEN b.typtype = 'e' THEN 'anyenum'
                                        WHEN b.typtype = 'r' THEN 'anyrange'
                                        WHEN b.typtype = 'm' THEN 'anymultirange'
                                        WHEN b.typtype = 'c' THEN 'record'
                                        WHEN b.typcategory = 'A' THEN 'anyarray' END
                 ORDER BY i.oid = b.oid DESC,
                          i.typispreferred AND i.typcategory = b.typcategory DESC, i.oid
                 LIMIT 1
            )
            SELECT col.attname, format_type(col.atttypid, col.atttypmod) AS declared, b.oid,
                   CASE WHEN b.registered THEN 'oid' ELSE format_type(b.oid, -1) END AS type,
                   b.registered OR b.oid <> col.atttypid AS cast, col.attgenerated,
                   b.typtype = 'e' AS enumeration,
                   EXISTS (SELECT FROM parts p JOIN pg_type t ON t.oid = p.oid
                            WHERE p.oid <> b.oid
                              AND (t.typtype = 'e' OR t.typname LIKE 'reg%'
                                   AND t.typnamespace = 'pg_catalog'::regnamespace)) AS named,
                   (SELECT format('%I.%I', n.nspname, c.collname)
                      FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
                     WHERE c.oid = col.attcollation) AS collation, col.attcollation,
                   (SELECT format('OPERATOR(%I.%s)', n.nspname, p.oprname)
                      FROM class JOIN pg_amop a ON a.amopfamily = class.opcfamily
                       AND a.amoplefttype = class.opcintype
                       AND a.amoprighttype = class.opcintype AND a.amopstrategy = 1
                      JOIN pg_operator p ON p.oid = a.amopopr
                      JOIN pg_namespace n ON n.oid = p.oprnamespace) AS less,
                   (SELECT format('OPERATOR(%I.%s)', n.nspname, p.oprname)
                      FROM class JOIN pg_amop a ON a.amopfamily = class.opcfamily
                       AND a.amoplefttype = class.opcintype
                       AND a.amoprighttype = class.opcintype AND a.amopstrategy = 4
                      JOIN pg_operator p ON p.oid = a.amopopr
                      JOIN pg_namespace n ON n.oid = p.oprnamespace) AS at_least
              FROM col CROSS JOIN base b
            """;

    /** The column of this name of a table; null when there is none. */
    static @Nullable PartitionColumn of(Session session, int table, String name)
            throws PgException {
        return session.first(
                "look up column \"" + name + "\" to divide a table by",
                FACTS,
                PartitionColumn::read,
                Integer.toUnsignedLong(table),
                name);
    }

    private static PartitionColumn read(ResultSet row) throws SQLException {
        String generated = row.getString("attgenerated");
        return new PartitionColumn(
                row.getString("attname"),
                row.getString("declared"),
                (int) row.getLong("oid"),
                row.getString("type"),
                row.getBoolean("cast"),
                generated.isEmpty() ? ' ' : generated.charAt(0),
                row.getBoolean("enumeration"),
                row.getBoolean("named"),
                row.getString("collation"),
                row.getLong("attcollation"),
                row.getString("less"),
                row.getString("at_least"));
    }

    /** Whether its values are computed whenever they are read. */
    boolean isVirtual() {
        return generated == 'v';
    }

    /** Whether its values have an order. */
    boolean isOrdered() {
        return less != null && atLeast != null;
    }

    /**
     * Whether the text of its values may become that of others while ranges of them are read: what
     * it names can be renamed. Not so where names are all that there is: objects of the catalog are
     * compared as their OIDs, labels of an enumeration found by their places.
     */
    boolean hasPartsWrittenByName() {
        return named;
    }

    /** Whether it is an enumeration. */
    boolean isEnumeration() {
        return enumeration;
    }

    /** How its values are calculated with; null when they aren't. */
    @Nullable NumberLine numberLine() {
        return NumberLine.of(typeOid);
    }

    /** Its name in SQL. */
    String sql() {
        return QualifiedName.quote(name);
    }

    /**
     * It as what is compared and ordered, under the collation that it has in the transaction's
     * snapshot: a collation is altered without a rewrite of the table, and ranges of two orders
     * overlap or leave a gap.
     */
    String compared() {
        String value = cast ? sql() + "::" + type : sql();
        return collation == null ? value : value + " COLLATE " + collation;
    }

    /**
     * What a condition ends with that compares under the collation: it divides by zero where
     * another collation has its name. Empty without one.
     */
    String collationGuard() {
        return collation == null
                ? ""
                : " AND 1 = (SELECT 1 / (to_regcollation('"
                        + collation.replace("'", "''")
                        + "')::oid IS NOT DISTINCT FROM "
                        + collationOid
                        + ")::int)";
    }
}

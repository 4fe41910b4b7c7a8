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
 * @param type that type in SQL, without a modifier
 * @param generated the letter of the catalog for how it is generated; a space when it isn't
 * @param collation its collation in SQL; null for a type without any
 * @param less operator {@code <} of its order, in SQL; null when the type has no order
 * @param atLeast operator {@code >=} of its order, in SQL; null when the type has no order
 */
record PartitionColumn(
        String name,
        String typeText,
        int typeOid,
        String type,
        char generated,
        @Nullable String collation,
        @Nullable String less,
        @Nullable String atLeast) {

    // The order of a type is that of the default B-tree operator class for it, or for one that can
    // stand for it: GetDefaultOpClass in src/backend/commands/indexcmds.c.
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
                SELECT t.oid, t.typtype, t.typcategory
                  FROM types d JOIN pg_type t ON t.oid = d.oid WHERE t.typtype <> 'd'
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
                   format_type(b.oid, -1) AS type, col.attgenerated,
                   (SELECT format('%I.%I', n.nspname, c.collname)
                      FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
                     WHERE c.oid = col.attcollation) AS collation,
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
                generated.isEmpty() ? ' ' : generated.charAt(0),
                row.getString("collation"),
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
        return collation == null ? sql() : sql() + " COLLATE " + collation;
    }
}

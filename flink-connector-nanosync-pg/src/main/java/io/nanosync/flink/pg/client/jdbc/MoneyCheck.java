package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * That {@code money} counts hundredths. A stored value is a whole number of the smallest unit of
 * the currency of {@code lc_monetary}, and nothing in it says which: read as hundredths, yen would
 * come as a hundredth of what they are.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/cash.c}, {@code cash_in}.
 */
final class MoneyCheck implements PreflightCheck {

    /** Digits behind the point that the decoders take for granted. */
    private static final int DIGITS = 2;

    // Under the setting of database and role, which ours hides: what 1 is stored as.
    private static final String UNIT =
            """
            SELECT encode(cash_send((CASE WHEN set_config('lc_monetary', s.reset_val, true)
                                               IS NOT NULL THEN '1' END)::text::money), 'hex'),
                   s.reset_val
              FROM pg_settings s WHERE s.name = 'lc_monetary'
            """;

    private static final String COLUMNS =
            """
            WITH RECURSIVE uses AS (
                SELECT w.at, a.attnum, n.nspname, c.relname, a.attname, a.atttypid AS type,
                       CASE a.atttypid WHEN 'money'::regtype THEN 'numeric'
                                       WHEN 'money[]'::regtype THEN 'numeric[]' END AS instead
                  FROM unnest(?, ?) WITH ORDINALITY w(schema_name, table_name, at)
                  JOIN pg_namespace n ON n.nspname = w.schema_name
                  JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.table_name
                       AND c.relkind IN ('r', 'p')
                  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
                       AND NOT a.attisdropped
                UNION
                SELECT u.at, u.attnum, u.nspname, u.relname, u.attname, part.type,
                       u.instead
                  FROM uses u
                  JOIN pg_type t ON t.oid = u.type
                  CROSS JOIN LATERAL (
                      SELECT t.typbasetype AS type
                      UNION ALL SELECT t.typelem
                      UNION ALL SELECT r.rngsubtype FROM pg_range r WHERE r.rngtypid = t.oid
                      UNION ALL SELECT f.atttypid FROM pg_attribute f
                                 WHERE f.attrelid = t.typrelid AND f.attnum > 0
                                   AND NOT f.attisdropped) part
                 WHERE part.type <> 0
            )
            SELECT nspname, relname, attname, instead FROM uses WHERE type = 'money'::regtype
             ORDER BY at, attnum
            """;

    @Override
    public void run(PreflightContext context, Findings findings) throws PgException {
        Unit unit =
                context.session()
                        .one(
                                "read what money is counted in",
                                UNIT,
                                row -> new Unit(digits(row.getString(1)), row.getString(2)));
        if (unit.digits() != DIGITS) {
            refuse(context, unit, findings);
        }
    }

    /**
     * @param digits digits behind the point
     * @param locale {@code lc_monetary}
     */
    record Unit(int digits, String locale) {}

    /** Digits of the value that 1 is stored as: a power of ten, in hexadecimal. */
    static int digits(String hex) {
        return Long.toString(Long.parseLong(hex, 16)).length() - 1;
    }

    /** Refuses what captured columns count in such a unit. */
    static void refuse(PreflightContext context, Unit unit, Findings findings) throws PgException {
        List<Column> columns =
                context.session()
                        .rows(
                                "find the columns of type money",
                                COLUMNS,
                                row ->
                                        new Column(
                                                new QualifiedName(
                                                        row.getString("nspname"),
                                                        row.getString("relname")),
                                                row.getString("attname"),
                                                row.getString("instead")),
                                context.named().stream()
                                        .map(table -> table.name().schema())
                                        .toArray(String[]::new),
                                context.named().stream()
                                        .map(table -> table.name().name())
                                        .toArray(String[]::new));
        for (Column column : columns) {
            findings.error(
                    "Column \""
                            + column.name()
                            + "\" of table "
                            + column.table()
                            + " holds money, and under lc_monetary \""
                            + unit.locale()
                            + "\" that has "
                            + unit.digits()
                            + " digits behind the point, expected "
                            + DIGITS
                            + ": its values would be shifted",
                    column.remedy());
        }
    }

    /**
     * @param instead the type to alter it to; null where money is a part of another type
     */
    private record Column(QualifiedName table, String name, @Nullable String instead) {

        @Nullable String remedy() {
            String sql = QualifiedName.quote(name);
            return instead == null
                    ? null
                    : "ALTER TABLE "
                            + table.sql()
                            + " ALTER COLUMN "
                            + sql
                            + " TYPE "
                            + instead
                            + " USING "
                            + sql
                            + "::"
                            + instead;
        }
    }
}

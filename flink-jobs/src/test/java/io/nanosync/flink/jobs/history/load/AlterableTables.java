package io.nanosync.flink.jobs.history.load;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.TestDatabase;
import java.util.List;
import java.util.Random;

/**
 * The {@link LoadTables} with columns that no statement of the load names, so that they may be
 * altered: their names begin with x. Whoever alters a table writes that down by the function {@code
 * h.altered}, for nobody is told else.
 */
public final class AlterableTables {

    /** What the names of the columns are like. */
    public static final String COLUMNS = "x%";

    /** Each of them has some values of the types that it may be changed to. */
    public static final List<List<String>> TYPES =
            List.of(
                    List.of("smallint", "integer", "bigint"),
                    List.of("character varying(12)", "character varying(40)", "text"),
                    List.of("numeric(8,2)", "numeric(12,2)"),
                    List.of("boolean"));

    private AlterableTables() {}

    /** The tables that may be altered: the last change of a history is of none of them. */
    public static List<QualifiedName> names() {
        return LoadTables.names().stream()
                .filter(table -> !table.equals(LoadTables.MARKER))
                .toList();
    }

    /** Adds the columns, and what alterations are written down by. */
    public static void prepare(TestDatabase database) {
        for (QualifiedName table : names()) {
            database.execute(
                    ("ALTER TABLE %s ADD COLUMN xa smallint DEFAULT %s, ADD COLUMN xb character"
                                    + " varying(12), ADD COLUMN xc numeric(8,2) DEFAULT 0.50")
                            .formatted(table.sql(), value("smallint")));
        }
        database.execute(
                "CREATE SEQUENCE h.touched START 8000000000000",
                "CREATE TABLE h.alterations (root text, kind text, col text, val text, shape text)",
                """
                CREATE FUNCTION h.altered(tbl regclass, what text, which text, value text)
                RETURNS void LANGUAGE sql AS $$
                INSERT INTO h.alterations
                SELECT format('%I.%I', n.nspname, c.relname), what, which, value,
                    c.relreplident::text || ';' || string_agg(concat_ws(';', a.attname,
                        format_type(a.atttypid, a.atttypmod),
                        CASE WHEN EXISTS (
                            SELECT FROM pg_index i
                            WHERE i.indrelid = c.oid AND a.attnum = ANY (i.indkey)
                            AND CASE c.relreplident WHEN 'd' THEN i.indisprimary
                                WHEN 'i' THEN i.indisreplident ELSE false END)
                            THEN 't' ELSE 'f' END,
                        CASE WHEN a.attnotnull THEN 't' ELSE 'f' END),
                        ';' ORDER BY a.attname COLLATE "C")
                FROM pg_class c
                JOIN pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                WHERE c.oid = tbl
                GROUP BY n.nspname, c.relname, c.relreplident
                $$
                """);
    }

    /** Writes down how they look before anybody alters them; before they have rows. */
    public static void begin(TestDatabase database) {
        names().forEach(table -> database.execute(note(table, "OTHER", "", "NULL")));
    }

    /**
     * The statement that writes an alteration down.
     *
     * @param value in SQL
     */
    public static String note(QualifiedName table, String kind, String column, String value) {
        return "SELECT h.altered('%s', '%s', '%s', %s)".formatted(table.sql(), kind, column, value);
    }

    /** An expression in SQL for some value of a type. */
    public static String value(String type) {
        if (type.startsWith("char") || type.equals("text")) {
            return "left(md5(random()::text), 10)";
        } else if (type.equals("boolean")) {
            return "random() < 0.5";
        } else if (type.startsWith("numeric")) {
            return "round((random() * 1000)::numeric, 2)";
        }
        return "(random() * 1000)::int::" + type;
    }

    /** A statement that changes some of a table's rows, or adds one. */
    public static String touch(QualifiedName table, Random draws) {
        String key = LoadTables.key(table);
        int first = draws.nextInt(4_000);
        int kind = draws.nextInt(3);
        if (kind == 0) {
            return "UPDATE %s SET %s = %s WHERE %s BETWEEN %d AND %d"
                    .formatted(
                            table.sql(),
                            key.equals("n") ? "note" : key,
                            key.equals("n") ? "'touched'" : "nextval('h.touched')",
                            key,
                            key.equals("n") ? first % 100 : first,
                            key.equals("n") ? first % 100 : first + 2);
        }
        boolean hasRegion = Shape.of(table.name()).key().contains("region");
        return "INSERT INTO %s (%s%s) SELECT %s%s FROM generate_series(1, %d)"
                .formatted(
                        table.sql(),
                        key,
                        hasRegion ? ", region" : "",
                        key.equals("n") ? "nextval('h.touched') % 100" : "nextval('h.touched')",
                        hasRegion ? ", 'b'" : "",
                        1 + draws.nextInt(3));
    }
}

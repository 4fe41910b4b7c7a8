package io.nanosync.flink.jobs.history;

import io.nanosync.flink.jobs.history.load.AlterableTables;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Alters the tables of a pipeline while others write them. Each alteration is written down. */
public final class AlteredSchemas {

    private static final int TRIES = 4;
    private static final int PAUSE_MILLIS = 500;

    private final TestDatabase database;
    private final Journal journal;

    AlteredSchemas(TestDatabase database, Journal journal) {
        this.database = database;
        this.journal = journal;
    }

    /**
     * An alteration.
     *
     * @param sql statements of one transaction
     * @param undo what takes it back; null when nothing can
     */
    public record Alteration(QualifiedName table, List<String> sql, @Nullable List<String> undo) {

        /** What takes it back; null when nothing can. */
        public @Nullable Alteration undone() {
            return undo == null ? null : new Alteration(table, undo, null);
        }
    }

    private record Column(String name, String type) {}

    /** Any table. */
    public static QualifiedName table(Random draws) {
        List<QualifiedName> tables = AlterableTables.names();
        return tables.get(draws.nextInt(tables.size()));
    }

    /** One of a table as it is now. */
    public Alteration draw(QualifiedName table, Random draws) {
        List<Column> columns =
                database
                        .queryRows(
                                ("SELECT attname, format_type(atttypid, atttypmod) FROM"
                                     + " pg_attribute WHERE attrelid = '%s'::regclass AND attnum >"
                                     + " 0 AND NOT attisdropped AND attname LIKE '%s' ORDER BY"
                                     + " attnum")
                                        .formatted(table.sql(), AlterableTables.COLUMNS))
                        .stream()
                        .map(row -> new Column(text(row.get(0)), text(row.get(1))))
                        .toList();
        int kind = draws.nextInt(10);
        if (kind < 3 || columns.isEmpty()) {
            return add(table, draws, kind == 0);
        } else if (kind == 3) {
            return identity(table, draws);
        }
        Column column = columns.get(draws.nextInt(columns.size()));
        @Nullable Alteration wider = widen(table, column);
        if (kind < 6 && wider != null) {
            return wider;
        }
        return kind < 8 ? rename(table, column, draws) : drop(table, column);
    }

    private static String text(@Nullable String value) {
        if (value == null) {
            throw new IllegalStateException("The catalog has nulls");
        }
        return value;
    }

    private Alteration add(QualifiedName table, Random draws, boolean notNull) {
        String name =
                "x"
                        + database.queryString(
                                "SELECT max(attnum) + 1 FROM pg_attribute WHERE attrelid = '"
                                        + table.sql()
                                        + "'::regclass");
        String type =
                notNull
                        ? "integer"
                        : Stream.of(
                                        "smallint",
                                        "integer",
                                        "character varying(12)",
                                        "numeric(8,2)",
                                        "text",
                                        "boolean")
                                .toList()
                                .get(draws.nextInt(6));
        List<String> sql = new ArrayList<>();
        sql.add(
                alter(table)
                        + "ADD COLUMN "
                        + name
                        + " "
                        + type
                        + (notNull ? " NOT NULL DEFAULT 7" : ""));
        sql.add(AlterableTables.note(table, "ADD", name, notNull ? "'7'" : "NULL"));
        if (draws.nextInt(3) > 0) {
            sql.add(
                    alter(table)
                            + "ALTER COLUMN "
                            + name
                            + " SET DEFAULT "
                            + AlterableTables.value(type));
        }
        return new Alteration(table, sql, drop(table, new Column(name, type)).sql());
    }

    private static Alteration drop(QualifiedName table, Column column) {
        return new Alteration(
                table,
                List.of(
                        alter(table) + "DROP COLUMN " + column.name(),
                        AlterableTables.note(table, "DROP", column.name(), "NULL")),
                null);
    }

    private static Alteration rename(QualifiedName table, Column column, Random draws) {
        String to = column.name() + "r" + draws.nextInt(100_000);
        return new Alteration(
                table, renaming(table, column.name(), to), renaming(table, to, column.name()));
    }

    private static List<String> renaming(QualifiedName table, String from, String to) {
        return List.of(
                alter(table) + "RENAME COLUMN " + from + " TO " + to,
                AlterableTables.note(table, "RENAME", from, "'" + to + "'"));
    }

    private static @Nullable Alteration widen(QualifiedName table, Column column) {
        for (List<String> types : AlterableTables.TYPES) {
            int at = types.indexOf(column.type());
            if (at >= 0 && at + 1 < types.size()) {
                return new Alteration(
                        table,
                        retyping(table, column.name(), types.get(at + 1)),
                        retyping(table, column.name(), types.get(at)));
            }
        }
        return null;
    }

    private static List<String> retyping(QualifiedName table, String column, String type) {
        return List.of(
                alter(table) + "ALTER COLUMN " + column + " TYPE " + type,
                AlterableTables.note(table, "OTHER", "", "NULL"));
    }

    /** That of a table's partitions with it, or it would be refused. */
    private Alteration identity(QualifiedName table, Random draws) {
        if (table.name().equals("keyless") || table.name().equals("divided")) {
            // The one has no key, the other gets partitions that have the whole row.
            return add(table, draws, false);
        }
        boolean isFull =
                database.queryString(
                                "SELECT relreplident::text FROM pg_class WHERE oid = '"
                                        + table.sql()
                                        + "'::regclass")
                        .equals("f");
        return new Alteration(
                table,
                identity(table, isFull ? "DEFAULT" : "FULL"),
                identity(table, isFull ? "FULL" : "DEFAULT"));
    }

    private List<String> identity(QualifiedName table, String identity) {
        List<String> sql =
                new ArrayList<>(
                        database.queryList(
                                ("SELECT 'ALTER TABLE ' || r || ' REPLICA IDENTITY %s' FROM (SELECT"
                                                + " relid::regclass::text AS r FROM"
                                                + " pg_partition_tree('%s'::regclass) UNION SELECT"
                                                + " '%s'::regclass::text) t")
                                        .formatted(identity, table.sql(), table.sql())));
        sql.add(AlterableTables.note(table, "OTHER", "", "NULL"));
        return sql;
    }

    private static String alter(QualifiedName table) {
        return "ALTER TABLE " + table.sql() + " ";
    }

    /** Changes some rows of a table. */
    public static Alteration touch(QualifiedName table, Random draws) {
        return new Alteration(table, List.of(AlterableTables.touch(table, draws)), null);
    }

    /** Does them in one transaction. Whether it came to that: others may be in the way. */
    public boolean apply(List<Alteration> alterations) {
        List<String> sql = new ArrayList<>();
        sql.add("BEGIN");
        sql.add("SET LOCAL lock_timeout = '8s'");
        alterations.forEach(alteration -> sql.addAll(alteration.sql()));
        sql.add("COMMIT");
        for (int i = 0; i < TRIES; i++) {
            try {
                database.execute(String.join("; ", sql));
                alterations.forEach(
                        alteration -> journal.note("    " + String.join("; ", alteration.sql())));
                return true;
            } catch (AssertionError deadlockOrServerIsAway) {
                journal.note("    can't alter: " + deadlockOrServerIsAway.getMessage());
                Pause.millis(PAUSE_MILLIS);
            }
        }
        return false;
    }
}

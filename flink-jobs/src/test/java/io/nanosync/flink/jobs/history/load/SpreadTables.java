package io.nanosync.flink.jobs.history.load;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.TestDatabase;
import java.util.List;

/**
 * The {@link LoadTables} with a column to be divided by. A table is divided when it has hundreds of
 * blocks, so they hold few rows each; that leaves room for updated versions beside their rows too.
 */
final class SpreadTables {

    /** Those that are large enough to be divided, leaves in place of their roots. */
    private static final List<String> LARGE_FILES =
            List.of("plain", "keyless", "parted_a", "toasted", "whole", "divided_a");

    private static final String TOAST =
            "g, 0, CASE WHEN g % 20 = 0 THEN repeat(md5(g::text), 100) END";
    private static final String LEAVES = "g, CASE g % 4 WHEN 0 THEN 'b' ELSE 'a' END, 'first'";

    private final TestDatabase database;
    private final Division division;

    SpreadTables(TestDatabase database, Division division) {
        this.database = database;
        this.division = division;
    }

    /** Adds the column to every table. */
    void prepare() {
        division.parts()
                .forEach(
                        (table, part) -> {
                            execute(
                                    "ALTER TABLE %s ADD COLUMN %s %s",
                                    table.sql(), Spread.COLUMN, part.spread().type());
                            if (part.isIndexed()) {
                                execute("CREATE INDEX ON %s (%s)", table.sql(), Spread.COLUMN);
                            }
                        });
        LARGE_FILES.forEach(file -> execute("ALTER TABLE h.%s SET (fillfactor = 10)", file));
    }

    /** What is there before the pipeline begins. */
    void fill() {
        fill("plain", "id, note", "g, 'first ' || g", 6_400);
        fill("keyless", "n, note", "g % 100, 'first'", 6_400);
        fill("parted", "id, region, note", LEAVES, 8_000);
        fill("divided", "id, region, note", LEAVES, 8_000);
        fill("toasted", "id, small, big", TOAST, 6_400);
        fill("whole", "id, small, big", TOAST, 6_400);
        fill("Emptied Now", "id, note", "g, 'first'", 3_000);
    }

    /** A tenth is null in the column, and a seventh has another value than it began with. */
    private void fill(String name, String columns, String values, int rows) {
        QualifiedName table = LoadTables.name(name);
        Spread spread = division.part(table).spread();
        execute(
                "INSERT INTO %s (%s, %s) SELECT %s, CASE WHEN g %% 10 > 0 THEN %s END FROM"
                        + " generate_series(1, %d) g",
                table.sql(),
                columns,
                Spread.COLUMN,
                values,
                spread.value("g * 7919 % " + Spread.NUMBERS),
                rows);
        String key = LoadTables.key(table);
        execute(
                "UPDATE %s SET %s = %s WHERE %s %% 7 = 0",
                table.sql(),
                Spread.COLUMN,
                spread.value(key + "::int * 31 % " + Spread.NUMBERS),
                key);
    }

    private void execute(String sql, Object... parts) {
        database.execute(sql.formatted(parts));
    }
}

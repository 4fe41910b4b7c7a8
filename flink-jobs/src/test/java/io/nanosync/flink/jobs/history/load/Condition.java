package io.nanosync.flink.jobs.history.load;

import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A row filter, as PostgreSQL has it and once more, for whoever says what must come of it. */
enum Condition {
    MOST_IDS("id % 3 <> 0", Set.of("id"), row -> number(row, "id") % 3 != 0),
    OLD_IDS_AND_SOME(
            "id < 1000000000 AND id % 7 < 5 OR id % 2 = 0",
            Set.of("id"),
            row ->
                    number(row, "id") < 1_000_000_000 && number(row, "id") % 7 < 5
                            || number(row, "id") % 2 == 0),
    REGION("region = 'a'", Set.of("region"), row -> is(row, "region", "a")),
    ID_AND_REGION(
            "region <> 'a' AND id % 5 <> 1",
            Set.of("id", "region"), row -> !is(row, "region", "a") && number(row, "id") % 5 != 1),
    NUMBER("n < 60", Set.of("n"), row -> number(row, "n") < 60),
    LENGTH_OF_NOTE(
            "length(note) % 2 = 0",
            Set.of("note"), row -> row.get("note") != null && length(row, "note") % 2 == 0),
    NO_NOTE_OR_A_COMMON_ONE(
            "note IS NULL OR note LIKE 'n%' OR note IN ('first', 'many')",
            Set.of("note"),
            row ->
                    row.get("note") == null
                            || text(row, "note").startsWith("n")
                            || is(row, "note", "first")
                            || is(row, "note", "many")),
    SMALL(
            "small % 2 = 0",
            Set.of("small"), row -> row.get("small") != null && number(row, "small") % 2 == 0),
    SMALL_OR_BIG(
            "small IS NULL OR big IS NULL OR small % 3 > 0",
            Set.of("small", "big"),
            row ->
                    row.get("small") == null
                            || row.get("big") == null
                            || number(row, "small") % 3 > 0),
    IN_A_RANGE(
            Spread.COLUMN + " IS NOT NULL",
            Set.of(Spread.COLUMN),
            row -> row.get(Spread.COLUMN) != null);

    private final String sql;
    private final Set<String> columns;
    private final Predicate<Map<String, @Nullable String>> rows;

    Condition(String sql, Set<String> columns, Predicate<Map<String, @Nullable String>> rows) {
        this.sql = sql;
        this.columns = columns;
        this.rows = rows;
    }

    String sql() {
        return sql;
    }

    /** The columns that it asks for. */
    Set<String> columns() {
        return columns;
    }

    /** The rows for which it holds, by PostgreSQL's text of their values. */
    Predicate<Map<String, @Nullable String>> rows() {
        return rows;
    }

    private static String text(Map<String, @Nullable String> row, String column) {
        String text = row.get(column);
        if (text == null) {
            throw new IllegalStateException("No " + column + " in " + row.keySet());
        }
        return text;
    }

    private static long number(Map<String, @Nullable String> row, String column) {
        return Long.parseLong(text(row, column));
    }

    private static int length(Map<String, @Nullable String> row, String column) {
        return text(row, column).length();
    }

    private static boolean is(Map<String, @Nullable String> row, String column, String value) {
        return text(row, column).equals(value);
    }
}

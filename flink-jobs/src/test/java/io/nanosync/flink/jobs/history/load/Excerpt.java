package io.nanosync.flink.jobs.history.load;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is published of a table.
 *
 * @param rows its row filter; null without
 * @param columns its column list; null without
 * @param becomesFull whether the table gets {@code REPLICA IDENTITY FULL} for it
 */
record Excerpt(@Nullable Condition rows, @Nullable List<String> columns, boolean becomesFull) {

    /** All of it. */
    static final Excerpt WHOLE = new Excerpt(null, null, false);

    /**
     * Draws it. PostgreSQL refuses the application's updates and deletes where a row filter or the
     * key isn't in the replica identity or not published, or where there is a column list under
     * {@code REPLICA IDENTITY FULL}: not when they aren't published.
     */
    static Excerpt draw(Random random, Shape shape, boolean isDivided, boolean insertsAlone) {
        List<String> others = new ArrayList<>(shape.others());
        if (isDivided) {
            others.add(Spread.COLUMN);
        }
        boolean listed = random.nextBoolean() && (insertsAlone || !shape.isFull());
        boolean filtered = random.nextInt(3) > 0 && !insertsAlone;
        boolean becomesFull = random.nextBoolean() && filtered && !listed && !shape.isFull();
        @Nullable List<String> columns =
                listed ? columns(random, shape.key(), others, insertsAlone) : null;
        @Nullable Condition rows =
                filtered
                        ? condition(
                                random,
                                shape.key(),
                                shape.isFull() || becomesFull ? others : List.of())
                        : null;
        return new Excerpt(rows, columns, becomesFull);
    }

    private static List<String> columns(
            Random random, List<String> key, List<String> others, boolean insertsAlone) {
        List<String> optional = new ArrayList<>(others);
        List<String> columns = new ArrayList<>();
        (insertsAlone ? optional : columns).addAll(key);
        Collections.shuffle(optional, random);
        int fewest = columns.isEmpty() ? 1 : 0;
        columns.addAll(optional.subList(0, fewest + random.nextInt(optional.size() - fewest + 1)));
        Collections.shuffle(columns, random);
        return columns;
    }

    private static Condition condition(Random random, List<String> key, List<String> others) {
        Set<String> identity = new HashSet<>(key);
        identity.addAll(others);
        List<Condition> choice =
                Arrays.stream(Condition.values())
                        .filter(condition -> identity.containsAll(condition.columns()))
                        .toList();
        return choice.get(random.nextInt(choice.size()));
    }

    boolean isWhole() {
        return rows == null && columns == null;
    }

    /** As a publication names it. */
    String sql(QualifiedName table) {
        return table.sql() + list() + (rows == null ? "" : " WHERE (" + rows.sql() + ")");
    }

    /** The query that selects it. */
    String select(QualifiedName table) {
        return "SELECT "
                + (columns == null ? "*" : String.join(", ", columns))
                + " FROM "
                + table.sql()
                + (rows == null ? "" : " WHERE " + rows.sql());
    }

    private String list() {
        return columns == null ? "" : columns.stream().collect(Collectors.joining(", ", " (", ")"));
    }

    @Override
    public String toString() {
        return list().trim() + (rows == null ? "" : " " + rows) + (becomesFull ? " full" : "");
    }
}

package io.nanosync.flink.pg.testing.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How a table looks, as far as a subscriber is told, and whether its columns may be null.
 *
 * @param identity {@code pg_class.relreplident}
 * @param columns by name
 */
record TableShape(char identity, List<Column> columns) {

    /** Types from narrower to wider ones, by the start of their text. */
    private static final List<List<String>> WIDER =
            List.of(
                    List.of("smallint", "integer", "bigint"),
                    List.of("character varying(12)", "character varying(40)", "text"),
                    List.of("numeric(8,2)", "numeric(12,2)"));

    /**
     * A column.
     *
     * @param type as {@code format_type} prints it
     * @param key whether it is in the replica identity's index
     */
    record Column(String name, String type, boolean key, boolean notNull) {}

    /** Reads {@code identity;name;type;key;notNull;name;…}. */
    static TableShape parse(String text) {
        String[] parts = text.split(";", -1);
        List<Column> columns = new ArrayList<>();
        for (int i = 1; i < parts.length; i += 4) {
            columns.add(
                    new Column(
                            parts[i],
                            parts[i + 1],
                            parts[i + 2].equals("t"),
                            parts[i + 3].equals("t")));
        }
        return new TableShape(parts[0].charAt(0), List.copyOf(columns));
    }

    boolean isFull() {
        return identity == 'f';
    }

    /** Whether a subscriber is told the same of both. */
    boolean looksLike(TableShape other) {
        return told().equals(other.told());
    }

    private TableShape told() {
        return new TableShape(
                identity,
                columns.stream()
                        .map(
                                column ->
                                        new Column(
                                                column.name(), column.type(), column.key(), false))
                        .toList());
    }

    /** Whether who knows this one loses nothing by the next. */
    boolean isHeldBy(TableShape next) {
        Map<String, Column> added =
                next.columns.stream().collect(Collectors.toMap(Column::name, column -> column));
        boolean holds = identity == next.identity;
        for (Column column : columns) {
            Column now = added.remove(column.name());
            holds &=
                    now != null
                            && isSameOrWider(column.type(), now.type())
                            && (isFull() || column.key() == now.key());
        }
        return holds && added.values().stream().noneMatch(Column::notNull);
    }

    private static boolean isSameOrWider(String from, String to) {
        return from.equals(to)
                || WIDER.stream()
                        .anyMatch(
                                types ->
                                        types.contains(from)
                                                && types.indexOf(to) > types.indexOf(from));
    }
}

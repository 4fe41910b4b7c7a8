package io.nanosync.flink.pg.table.random;

import io.nanosync.flink.pg.table.random.Declared.Field;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Something that a statement can read from, in words that PostgreSQL and Flink take for the same.
 *
 * @param text a table's name, or a query in parentheses
 * @param fields its columns
 * @param key columns by which its rows can be told apart; empty without any
 * @param truths conditions that hold for every row; {@code %s} is the table
 * @param ofAll whether it is one row that tells of all rows, beginning with their number
 */
record Relation(
        String text, List<Field> fields, List<String> key, List<String> truths, boolean ofAll) {

    static Relation of(Declared table) {
        return new Relation(table.name(), table.fields(), table.key(), table.truths(), false);
    }

    static Relation query(String text, List<Field> fields, List<String> key) {
        Set<String> there = fields.stream().map(Field::name).collect(Collectors.toSet());
        return new Relation(
                "(" + text + ")",
                fields,
                there.containsAll(key) ? key : List.of(),
                List.of(),
                false);
    }

    static Relation ofAll(String text, List<Field> fields) {
        return new Relation("(" + text + ")", fields, List.of(), List.of(), true);
    }

    /** The query without its parentheses. */
    String statement() {
        return text.startsWith("(")
                ? text.substring(1, text.length() - 1)
                : "SELECT "
                        + fields.stream().map(Field::name).collect(Collectors.joining(", "))
                        + " FROM "
                        + text;
    }

    /** Whether Flink knows that no column of the key is null. */
    boolean hasKey() {
        Set<String> never = new HashSet<>();
        fields.stream()
                .filter(field -> !field.nullable())
                .forEach(field -> never.add(field.name()));
        return !key.isEmpty() && never.containsAll(key);
    }

    List<Field> those(Predicate<Kind> kind) {
        return fields.stream().filter(field -> kind.test(field.kind())).toList();
    }
}

package io.nanosync.flink.pg.config;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which tables a pipeline captures: one entry of {@code tables}. */
public sealed interface TableSelector extends Serializable {

    /**
     * Reads {@code schema.table} or {@code schema.*}, quoted as in SQL, or one of them behind
     * {@code !} for what is left out.
     *
     * @throws IllegalArgumentException when it is neither; the message says why
     */
    static TableSelector parse(String text) {
        if (text.isEmpty()) {
            // What YAML makes of !schema.table without quotes.
            throw new IllegalArgumentException(
                    "There is no name. An entry that begins with ! stands in quotes:"
                            + " \"!schema.table\"");
        }
        if (text.startsWith("!")) {
            String what = text.substring(1).strip();
            if (what.startsWith("!")) {
                throw new IllegalArgumentException("More than one ! in front of \"" + text + "\"");
            }
            return new Excluded(parse(what));
        }
        if (text.endsWith(".*")) {
            String anyTable = text.substring(0, text.length() - 1) + "t";
            return new WholeSchema(named(anyTable, text).schema());
        }
        return new Named(named(text, text));
    }

    private static QualifiedName named(String name, String written) {
        QualifiedName parsed;
        try {
            parsed = QualifiedName.parse(name);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(
                    String.valueOf(malformed.getMessage()).replace(name, written), malformed);
        }
        requireShort(parsed.schema());
        requireShort(parsed.name());
        return parsed;
    }

    private static void requireShort(String part) {
        if (part.getBytes(StandardCharsets.UTF_8).length > 63) {
            throw new IllegalArgumentException(
                    "Not a name PostgreSQL can hold: \"" + part + "\" is longer than 63 bytes");
        }
    }

    /** Whether it is about a table. */
    boolean matches(QualifiedName table);

    /** Whether several of them together stand for a table of this name. */
    static boolean anyCovers(List<TableSelector> selectors, QualifiedName table) {
        List<TableSelector> about =
                selectors.stream().filter(selector -> selector.matches(table)).toList();
        return !about.isEmpty() && about.stream().noneMatch(Excluded.class::isInstance);
    }

    /** Whether one of them leaves a table of this name out, also of those that others are of. */
    static boolean anyLeavesOut(List<TableSelector> selectors, QualifiedName table) {
        return selectors.stream()
                .anyMatch(
                        selector ->
                                selector instanceof ChosenBy chosen
                                        ? anyLeavesOut(chosen.entries(), table)
                                        : selector instanceof Excluded left && left.matches(table));
    }

    /** Whether one that was written names a table, which is in there not by a pattern alone. */
    static boolean anyNames(List<TableSelector> selectors, QualifiedName table) {
        List<TableSelector> choosing =
                selectors.stream()
                        .filter(selector -> selector instanceof ChosenBy)
                        .filter(selector -> selector.matches(table))
                        .toList();
        return choosing.isEmpty()
                ? selectors.stream()
                        .anyMatch(selector -> selector instanceof Named && selector.matches(table))
                : choosing.stream()
                        .anyMatch(selector -> anyNames(((ChosenBy) selector).entries(), table));
    }

    /**
     * One table.
     *
     * @param partitioning how its snapshot is divided; null for as the pipeline says
     */
    record Named(QualifiedName table, @Nullable Partitioning partitioning)
            implements TableSelector {

        /** A table that is divided as the pipeline says. */
        public Named(QualifiedName table) {
            this(table, null);
        }

        @Override
        public boolean matches(QualifiedName other) {
            return table.equals(other);
        }

        @Override
        public String toString() {
            return table.toString();
        }
    }

    /**
     * What is left out of all that the other entries stand for: {@code !sales.audit}, {@code
     * !sales.*}.
     */
    record Excluded(TableSelector what) implements TableSelector {

        /** The schema that it is about; null for a pattern, which may be about several. */
        public @Nullable String schema() {
            if (what instanceof Named named) {
                return named.table().schema();
            }
            return what instanceof WholeSchema whole ? whole.schema() : null;
        }

        @Override
        public boolean matches(QualifiedName table) {
            return what.matches(table);
        }

        @Override
        public String toString() {
            return "!" + what;
        }
    }

    /** Every table of a schema: {@code sales.*}. */
    record WholeSchema(String schema) implements TableSelector {
        @Override
        public boolean matches(QualifiedName table) {
            return schema.equals(table.schema());
        }

        @Override
        public String toString() {
            return schema + ".*";
        }
    }

    /**
     * Every table whose schema and whose name, each as the catalog has it and each as a whole,
     * match a regular expression: {@code public.orders_.*}.
     *
     * @param schema the expression for the schema
     * @param table the expression for the table
     * @param written both, as they were written
     */
    record Matching(String schema, String table, String written) implements TableSelector {

        /** Whether tables of a schema may match. */
        public boolean matchesSchema(String name) {
            return Pattern.matches(schema, name);
        }

        @Override
        public boolean matches(QualifiedName other) {
            return matchesSchema(other.schema()) && Pattern.matches(table, other.name());
        }

        @Override
        public String toString() {
            return written;
        }
    }

    /**
     * What others were chosen by that stand beside it, which it covers: it chooses none itself. So
     * one of them that isn't there any more is missed, while one that would be chosen by now isn't
     * captured.
     */
    record ChosenBy(List<TableSelector> entries) implements TableSelector {

        public ChosenBy {
            entries = List.copyOf(entries);
        }

        @Override
        public boolean matches(QualifiedName table) {
            return anyCovers(entries, table);
        }

        @Override
        public String toString() {
            return entries.stream().map(TableSelector::toString).collect(Collectors.joining(", "));
        }
    }
}

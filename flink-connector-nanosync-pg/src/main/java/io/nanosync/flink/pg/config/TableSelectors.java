package io.nanosync.flink.pg.config;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.nio.charset.StandardCharsets;

/** Reads entries of {@code tables}. */
public final class TableSelectors {

    private static final int MAX_NAME_BYTES = 63;

    private TableSelectors() {}

    /**
     * Reads {@code schema.table} or {@code schema.*}, quoted as in SQL, or one of them behind
     * {@code !} for what is left out.
     *
     * @throws IllegalArgumentException when it is neither; the message says why
     */
    public static TableSelector parse(String text) {
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
            return new TableSelector.Excluded(parse(what));
        }
        if (text.endsWith(".*")) {
            String anyTable = text.substring(0, text.length() - 1) + "t";
            return new TableSelector.WholeSchema(named(anyTable, text).schema());
        }
        return new TableSelector.Named(named(text, text));
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
        if (part.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            throw new IllegalArgumentException(
                    "Not a name PostgreSQL can hold: \"" + part + "\" is longer than 63 bytes");
        }
    }
}

package io.nanosync.flink.pg.config;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.nio.charset.StandardCharsets;

/** Reads entries of {@code tables}. */
public final class TableSelectors {

    private static final int MAX_NAME_BYTES = 63;

    private TableSelectors() {}

    /**
     * Reads {@code schema.table} or {@code schema.*}, quoted as in SQL.
     *
     * @throws IllegalArgumentException when it is neither; the message says why
     */
    public static TableSelector parse(String text) {
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

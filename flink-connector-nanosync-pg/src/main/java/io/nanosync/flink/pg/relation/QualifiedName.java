package io.nanosync.flink.pg.relation;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.flink.annotation.PublicEvolving;

/**
 * The name of a table with its schema, each exactly as the catalog has it (unquoted, case kept).
 *
 * @param schema the schema, for example {@code public}
 * @param name the table, for example {@code orders}
 */
@PublicEvolving
public record QualifiedName(String schema, String name)
        implements Comparable<QualifiedName>, Serializable {

    private static final Pattern PLAIN = Pattern.compile("[a-z_][a-z0-9_$]*");

    /**
     * Reads {@code schema.table} as SQL does: unquoted parts fold to lower case, quoted parts keep
     * theirs, {@code ""} inside quotes is one quote.
     *
     * @throws IllegalArgumentException when there are not exactly two parts, or a quote is left
     *     open
     */
    public static QualifiedName parse(String text) {
        List<String> parts = split(text);
        if (parts.size() != 2) {
            throw new IllegalArgumentException(
                    "Not a schema-qualified table name: "
                            + text
                            + "; expected schema.table, quoted as in SQL where needed");
        }
        return new QualifiedName(parts.get(0), parts.get(1));
    }

    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        int at = 0;
        while (at <= text.length()) {
            StringBuilder part = new StringBuilder();
            if (at < text.length() && text.charAt(at) == '"') {
                at = quoted(text, at + 1, part);
            } else {
                while (at < text.length() && text.charAt(at) != '.') {
                    char c = text.charAt(at++);
                    if (c == '"' || Character.isWhitespace(c)) {
                        throw new IllegalArgumentException(
                                "Not a schema-qualified table name: "
                                        + text
                                        + "; quote the part that holds "
                                        + (c == '"' ? "a quote" : "a space"));
                    }
                    // As PostgreSQL folds: ASCII always, other letters never in a multi-byte
                    // encoding.
                    part.append(c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
                }
            }
            if (part.isEmpty()) {
                throw new IllegalArgumentException(
                        "Not a schema-qualified table name: " + text + "; a part is empty");
            }
            parts.add(part.toString());
            if (at < text.length() && text.charAt(at) != '.') {
                throw new IllegalArgumentException(
                        "Not a schema-qualified table name: "
                                + text
                                + "; text after a closing quote");
            }
            at++;
        }
        return parts;
    }

    private static int quoted(String text, int from, StringBuilder into) {
        int at = from;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != '"') {
                into.append(c);
            } else if (at < text.length() && text.charAt(at) == '"') {
                into.append('"');
                at++;
            } else {
                return at;
            }
        }
        throw new IllegalArgumentException(
                "Not a schema-qualified table name: " + text + "; a quote is not closed");
    }

    /** One identifier, always quoted, for use in SQL. */
    public static String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** The name, always quoted, for use in SQL. */
    public String sql() {
        return quote(schema) + "." + quote(name);
    }

    /** The name as a person writes it: quoted only where SQL needs it. */
    @Override
    public String toString() {
        return display(schema) + "." + display(name);
    }

    private static String display(String part) {
        return PLAIN.matcher(part).matches() ? part : quote(part);
    }

    @Override
    public int compareTo(QualifiedName other) {
        int bySchema = schema.compareTo(other.schema);
        return bySchema != 0 ? bySchema : name.compareTo(other.name);
    }
}

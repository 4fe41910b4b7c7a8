package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The name of a PostgreSQL table in a catalog of Flink, which has no schemas: {@code schema.table},
 * each part exactly as PostgreSQL has it, and in double quotes where it holds a dot or such a
 * quote.
 */
final class CatalogTableName {

    /** The schema of a name that has none. */
    private static final String DEFAULT_SCHEMA = "public";

    private CatalogTableName() {}

    /** The name under which a table is listed. */
    static String of(QualifiedName table) {
        return part(table.schema()) + "." + part(table.name());
    }

    private static String part(String name) {
        return name.indexOf('.') < 0 && name.indexOf('"') < 0 ? name : QualifiedName.quote(name);
    }

    /**
     * The table of a name, of schema {@code public} where the name says none; null when no table
     * can have it.
     */
    static @Nullable QualifiedName parse(String name) {
        List<String> parts = new ArrayList<>();
        int at = 0;
        do {
            StringBuilder part = new StringBuilder();
            int end = readPart(name, at, part);
            if (part.isEmpty() || (end < name.length() && name.charAt(end) != '.')) {
                return null;
            }
            parts.add(part.toString());
            at = end + 1;
        } while (at <= name.length());
        return switch (parts.size()) {
            case 1 -> new QualifiedName(DEFAULT_SCHEMA, parts.get(0));
            case 2 -> new QualifiedName(parts.get(0), parts.get(1));
            default -> null;
        };
    }

    /** Reads one part; where it ends. */
    private static int readPart(String name, int from, StringBuilder part) {
        if (from < name.length() && name.charAt(from) == '"') {
            return readQuoted(name, from + 1, part);
        }
        int dot = name.indexOf('.', from);
        int end = dot < 0 ? name.length() : dot;
        part.append(name, from, end);
        return end;
    }

    private static int readQuoted(String name, int from, StringBuilder part) {
        int at = from;
        while (at < name.length()) {
            char c = name.charAt(at++);
            if (c != '"') {
                part.append(c);
            } else if (at < name.length() && name.charAt(at) == '"') {
                part.append('"');
                at++;
            } else {
                return at;
            }
        }
        // The quote isn't closed.
        part.setLength(0);
        return at;
    }
}

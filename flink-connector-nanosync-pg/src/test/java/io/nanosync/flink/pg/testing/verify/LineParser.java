package io.nanosync.flink.pg.testing.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a line of {@code test_decoding}: {@code BEGIN 770}, {@code COMMIT 770}, {@code table
 * public.t: INSERT: id[integer]:1 note[text]:'it''s'}, {@code table public.t: UPDATE: old-key:
 * id[integer]:1 new-tuple: id[integer]:2 …}, {@code table public.a, public.b: TRUNCATE:
 * (no-flags)}.
 *
 * <p>Source: PostgreSQL, {@code contrib/test_decoding/test_decoding.c}.
 */
final class LineParser {

    private static final String TABLE = "table ";
    private static final String OLD_KEY = " old-key:";
    private static final String NEW_TUPLE = " new-tuple:";

    private final String line;
    private int at;

    private LineParser(String line) {
        this.line = line;
    }

    static DecodedLine parse(String line) {
        if (line.startsWith("BEGIN")) {
            return new DecodedLine.Begin();
        } else if (line.startsWith("COMMIT")) {
            return new DecodedLine.Commit();
        } else if (line.startsWith("message: ")) {
            return new DecodedLine.Message();
        } else if (line.startsWith(TABLE)) {
            return new LineParser(line).table();
        }
        throw new IllegalArgumentException("Not a line of test_decoding: " + line);
    }

    private DecodedLine table() {
        at = TABLE.length();
        List<String> tables = new ArrayList<>();
        tables.add(qualifiedName());
        while (skip(", ")) {
            tables.add(qualifiedName());
        }
        expect(": ");
        int end = line.indexOf(':', at);
        String operation = line.substring(at, end);
        at = end + 1;
        return switch (operation) {
            case "INSERT" -> new DecodedLine.Change(tables.get(0), 'i', null, columns());
            case "UPDATE" -> update(tables.get(0));
            case "DELETE" -> delete(tables.get(0));
            case "TRUNCATE" -> new DecodedLine.Truncate(tables);
            default -> throw malformed("an operation");
        };
    }

    private DecodedLine update(String table) {
        Map<String, @Nullable String> oldRow = null;
        if (skip(OLD_KEY)) {
            oldRow = columns();
            expect(NEW_TUPLE);
        }
        return new DecodedLine.Change(table, 'u', oldRow, columns());
    }

    private DecodedLine delete(String table) {
        if (skip(" (no-tuple-data)")) {
            throw new IllegalArgumentException("A delete without a replica identity: " + line);
        }
        return new DecodedLine.Change(table, 'd', columns(), null);
    }

    private Map<String, @Nullable String> columns() {
        Map<String, @Nullable String> columns = new LinkedHashMap<>();
        while (at < line.length() && !line.startsWith(NEW_TUPLE, at)) {
            expect(" ");
            String name = identifier("[");
            expect("[");
            int end = line.indexOf("]:", at);
            String type = line.substring(at, end);
            at = end + 2;
            columns.put(name, value(type));
        }
        return columns;
    }

    private @Nullable String value(String type) {
        if (at < line.length() && line.charAt(at) == '\'') {
            return PgText.canonical(type, quoted('\''));
        } else if (line.startsWith("B'", at)) {
            at++;
            return quoted('\'');
        }
        int end = line.indexOf(' ', at);
        String text = line.substring(at, end < 0 ? line.length() : end);
        at += text.length();
        return switch (text) {
            case "null" -> null;
            case "unchanged-toast-datum" -> RowText.UNCHANGED;
            default -> PgText.canonical(type, text);
        };
    }

    private String qualifiedName() {
        int start = at;
        identifier(".");
        expect(".");
        identifier(":, ");
        return line.substring(start, at);
    }

    /** An identifier, quoted or up to one of the characters that may follow it. */
    private String identifier(String followers) {
        if (line.charAt(at) == '"') {
            return quoted('"');
        }
        int start = at;
        while (followers.indexOf(line.charAt(at)) < 0) {
            at++;
        }
        return line.substring(start, at);
    }

    /** Text in quotes; a doubled quote inside is one. */
    private String quoted(char quote) {
        StringBuilder text = new StringBuilder();
        at++;
        while (true) {
            int end = line.indexOf(quote, at);
            if (end < 0) {
                throw malformed("a closing " + quote);
            }
            text.append(line, at, end);
            at = end + 1;
            if (at >= line.length() || line.charAt(at) != quote) {
                return text.toString();
            }
            text.append(quote);
            at++;
        }
    }

    private boolean skip(String text) {
        if (line.startsWith(text, at)) {
            at += text.length();
            return true;
        }
        return false;
    }

    private void expect(String text) {
        if (!skip(text)) {
            throw malformed("\"" + text + "\"");
        }
    }

    private IllegalArgumentException malformed(String expected) {
        return new IllegalArgumentException(
                "Expected " + expected + " at " + at + " of a line of test_decoding: " + line);
    }
}

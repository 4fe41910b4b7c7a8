package io.nanosync.flink.pg.columnar;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A list of strings as a JSON array, as it stands in schema metadata: {@code ["a","b"]}. */
final class JsonStrings {

    private JsonStrings() {}

    static String write(List<String> strings) {
        StringBuilder json = new StringBuilder("[");
        for (String string : strings) {
            json.append(json.length() == 1 ? "\"" : ",\"");
            for (int i = 0; i < string.length(); i++) {
                char c = string.charAt(i);
                if (c == '"' || c == '\\') {
                    json.append('\\').append(c);
                } else if (c < ' ') {
                    json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                } else {
                    json.append(c);
                }
            }
            json.append('"');
        }
        return json.append(']').toString();
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException for anything else
     */
    static List<String> read(String json) {
        List<String> strings = new ArrayList<>();
        int at = expect(json, 0, '[');
        while (at < json.length() && json.charAt(at) != ']') {
            if (!strings.isEmpty()) {
                at = expect(json, at, ',');
            }
            StringBuilder string = new StringBuilder();
            at = string(json, expect(json, at, '"'), string);
            strings.add(string.toString());
        }
        if (expect(json, at, ']') != json.length()) {
            throw malformed(json);
        }
        return List.copyOf(strings);
    }

    private static int string(String json, int from, StringBuilder into) {
        int at = from;
        while (at < json.length() && json.charAt(at) != '"') {
            char c = json.charAt(at++);
            if (c != '\\') {
                into.append(c);
            } else if (at + 5 <= json.length() && json.charAt(at) == 'u') {
                into.append((char) Integer.parseInt(json, at + 1, at + 5, 16));
                at += 5;
            } else if (at < json.length()) {
                into.append(json.charAt(at++));
            }
        }
        return expect(json, at, '"');
    }

    private static int expect(String json, int at, char c) {
        if (at >= json.length() || json.charAt(at) != c) {
            throw malformed(json);
        }
        return at + 1;
    }

    private static IllegalArgumentException malformed(String json) {
        return new IllegalArgumentException("Not a JSON array of strings: " + json);
    }
}

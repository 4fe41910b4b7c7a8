package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.config.TableSelector.Excluded;
import io.nanosync.flink.pg.config.TableSelector.Matching;
import io.nanosync.flink.pg.config.TableSelector.Named;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What option {@code table-name} says: one table; or a list, separated by commas, of tables,
 * patterns, and what is left out of those.
 *
 * @param written as it was written
 * @param entries the list
 */
record TableNames(String written, List<TableSelector> entries) implements Serializable {

    /** What regular expressions have and names without quotes don't. */
    private static final Pattern EXPRESSION = Pattern.compile("[*+?|()\\[\\]{}^\\\\]");

    private static final String QUANTIFIERS = "*+?{";
    private static final String OPENING = "({";
    private static final String CLOSING = ")}";

    TableNames {
        entries = List.copyOf(entries);
    }

    /**
     * Reads it. What is the name of one table is nothing else.
     *
     * @throws IllegalArgumentException when an entry is neither name nor pattern; the message says
     *     why
     */
    static TableNames parse(String text) {
        List<String> parts = split(text);
        if (!isExpression(text)) {
            try {
                return new TableNames(text, List.of(new Named(QualifiedName.parse(text))));
            } catch (IllegalArgumentException notOne) {
                if (parts.size() == 1) {
                    throw notOne;
                }
            }
        }
        List<TableSelector> entries = new ArrayList<>();
        for (String part : parts) {
            entries.add(entry(part.strip()));
        }
        if (entries.stream().allMatch(Excluded.class::isInstance)) {
            throw new IllegalArgumentException(
                    "There is nothing that " + text + " could leave tables out of");
        }
        return new TableNames(text, entries);
    }

    private static TableSelector entry(String text) {
        if (text.startsWith("!")) {
            return new Excluded(entry(text.substring(1).strip()));
        }
        return isExpression(text) ? pattern(text) : new Named(QualifiedName.parse(text));
    }

    private static boolean isExpression(String text) {
        return text.indexOf('"') < 0 && EXPRESSION.matcher(text).find();
    }

    private static Matching pattern(String text) {
        if (text.chars().anyMatch(Character::isWhitespace)) {
            throw noPattern(text, "write \\s for a space");
        }
        List<Letter> letters = letters(text);
        if (letters.stream().anyMatch(letter -> letter.isPlain('|') && letter.groups() == 0)) {
            throw noPattern(
                    text, "| stands in brackets, like (eu|us).orders: separate tables by commas");
        }
        Letter dot =
                letters.stream()
                        .filter(letter -> letter.is() == '.' && letter.groups() == 0)
                        .filter(letter -> !isRepeated(text, letter))
                        .findFirst()
                        .orElse(null);
        if (letters.stream()
                .filter(letter -> letter.isPlain('.') && !letter.equals(dot))
                .anyMatch(letter -> !isRepeated(text, letter))) {
            throw noPattern(
                    text,
                    "a dot stands between schema and table: separate tables by commas, and write"
                            + " .{1} for any letter");
        }
        if (dot != null) {
            String schema = text.substring(0, dot.escaped() ? dot.at() - 1 : dot.at());
            return matching(text, schema, text.substring(dot.at() + 1));
        }
        if (text.endsWith(".*")) {
            return matching(text, text.substring(0, text.length() - ".*".length()), ".*");
        }
        throw noPattern(
                text,
                "expected schema.table, each a regular expression, and several separated by"
                        + " commas");
    }

    private static Matching matching(String text, String schema, String table) {
        for (String part : List.of(schema, table)) {
            try {
                Pattern.compile(part);
            } catch (PatternSyntaxException wrong) {
                IllegalArgumentException refused =
                        noPattern(
                                text,
                                part
                                        + " is no regular expression ("
                                        + wrong.getDescription()
                                        + ")");
                refused.initCause(wrong);
                throw refused;
            }
            if (part.isEmpty()) {
                throw noPattern(text, "a part is empty");
            }
        }
        return new Matching(schema, table, text);
    }

    private static IllegalArgumentException noPattern(String text, String why) {
        return new IllegalArgumentException("Not a pattern of table names: " + text + "; " + why);
    }

    /**
     * A letter that stands in no quotes and in no class ({@code [ab]}).
     *
     * @param escaped whether a backslash is in front of it
     * @param groups in how many brackets it stands
     */
    private record Letter(int at, char is, boolean escaped, int groups) {

        boolean isPlain(char c) {
            return is == c && !escaped;
        }
    }

    private static List<Letter> letters(String text) {
        List<Letter> letters = new ArrayList<>();
        boolean quoted = false;
        int classes = 0;
        int groups = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"' || quoted) {
                quoted ^= c == '"';
            } else if (c == '\\') {
                at++;
                if (classes == 0 && at < text.length()) {
                    letters.add(new Letter(at, text.charAt(at), true, groups));
                }
            } else if (c == '[') {
                classes++;
                at += text.startsWith("^", at + 1) ? 1 : 0;
                // One that comes first is a letter of the class.
                at += text.startsWith("]", at + 1) ? 1 : 0;
            } else if (classes > 0) {
                classes -= c == ']' ? 1 : 0;
            } else {
                groups += OPENING.indexOf(c) >= 0 ? 1 : CLOSING.indexOf(c) >= 0 ? -1 : 0;
                letters.add(new Letter(at, c, false, groups));
            }
        }
        return letters;
    }

    /** A dot that is repeated stands for any letters of a name. */
    private static boolean isRepeated(String text, Letter letter) {
        int next = letter.at() + 1;
        return next < text.length() && QUANTIFIERS.indexOf(text.charAt(next)) >= 0;
    }

    /** Splits at commas that stand neither in quotes nor in brackets of an expression. */
    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (Letter letter : letters(text)) {
            if (letter.isPlain(',') && letter.groups() == 0) {
                parts.add(text.substring(from, letter.at()));
                from = letter.at() + 1;
            }
        }
        parts.add(text.substring(from));
        return parts;
    }

    /** The only table, when it is the name of one; null for a list or a pattern. */
    @Nullable QualifiedName only() {
        return entries.size() == 1 && entries.get(0) instanceof Named named ? named.table() : null;
    }

    /**
     * What a source captures.
     *
     * @param tables those that the entries stand for, as they are at planning
     * @param partitioning how their snapshot is divided
     * @param named whether rows bear the names of their tables
     */
    List<TableSelector> selecting(
            List<QualifiedName> tables, Partitioning partitioning, boolean named) {
        Stream<TableSelector> each = tables.stream().map(table -> new Named(table, partitioning));
        return (named || only() == null
                        ? Stream.concat(each, Stream.of(new TableSelector.ChosenBy(entries)))
                        : each)
                .toList();
    }

    @Override
    public String toString() {
        QualifiedName only = only();
        return only == null ? written : only.toString();
    }
}

package io.nanosync.flink.jobs.sink;

import io.nanosync.flink.pg.columnar.ChangeRow;
import io.nanosync.flink.pg.columnar.RowImage;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * One row as a line for reading: table, operation, then {@code column=value}, cut to {@value
 * #WIDTH} characters. Of an update the changed columns are preceded by what they were, as far as
 * the old row is known.
 */
final class PrintLine {

    static final int WIDTH = 100;

    private static final int VALUE_WIDTH = 40;

    private PrintLine() {}

    static String of(QualifiedName table, ChangeRow row) {
        StringBuilder line = new StringBuilder();
        line.append(printable(table.toString(), WIDTH))
                .append(' ')
                .append(row.op().name().toLowerCase(Locale.ROOT));
        RowImage before = row.before();
        RowImage after = row.after();
        if (after != null) {
            append(line, after, row.unchanged());
        } else if (before != null) {
            append(line, before, List.of());
        }
        if (before != null && after != null) {
            line.append("  was:");
            append(line, before, List.of());
        }
        return cut(line.toString(), WIDTH);
    }

    private static void append(StringBuilder line, RowImage image, List<Integer> unchanged) {
        for (int i = 0; i < image.size() && line.length() < WIDTH; i++) {
            line.append(' ').append(printable(image.name(i), WIDTH)).append('=');
            if (unchanged.contains(i)) {
                line.append("(unchanged)");
            } else if (image.isNull(i)) {
                line.append("null");
            } else {
                line.append(cut(text(image.value(i)), VALUE_WIDTH));
            }
        }
    }

    private static String text(@org.jspecify.annotations.Nullable Object value) {
        return value instanceof byte[] bytes
                ? "\\x" + HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, VALUE_WIDTH))
                : printable(String.valueOf(value), VALUE_WIDTH);
    }

    /**
     * Control characters, which a name may hold like a value, could move the cursor of a terminal
     * or break the line.
     *
     * @param width of what is beyond it no more than one character is needed
     */
    private static String printable(String text, int width) {
        StringBuilder printable = new StringBuilder();
        int length = Math.min(text.length(), width + 1);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> printable.append("\\n");
                case '\r' -> printable.append("\\r");
                case '\t' -> printable.append("\\t");
                default -> printable.append(Character.isISOControl(c) ? '\uFFFD' : c);
            }
        }
        return printable.toString();
    }

    private static String cut(String text, int width) {
        if (text.length() <= width) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(width - 2)) ? width - 2 : width - 1;
        return text.substring(0, end) + "…";
    }
}

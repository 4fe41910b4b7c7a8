package io.nanosync.flink.pg.columnar.decoder.text;

/** Which texts need double quotes inside arrays, composites and ranges. */
final class Quoting {

    private Quoting() {}

    /**
     * Whether an array's element, the text from {@code start} on, needs quotes.
     *
     * <p>Source: PostgreSQL, {@code src/backend/utils/adt/arrayfuncs.c}, {@code array_out}.
     */
    static boolean element(TextBuffer text, int start, int delimiter) {
        int length = text.length() - start;
        if (length == 0 || (length == 4 && isNull(text, start))) {
            return true;
        }
        for (int i = start; i < text.length(); i++) {
            byte next = text.at(i);
            if (next == delimiter || next == '{' || next == '}' || isEscapedOrSpace(next)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isNull(TextBuffer text, int start) {
        return (text.at(start) | 0x20) == 'n'
                && (text.at(start + 1) | 0x20) == 'u'
                && (text.at(start + 2) | 0x20) == 'l'
                && (text.at(start + 3) | 0x20) == 'l';
    }

    /**
     * Whether a composite's field or a range's bound, the text from {@code start} on, needs quotes.
     *
     * <p>Source: PostgreSQL, {@code src/backend/utils/adt/rowtypes.c}, {@code record_out}; {@code
     * rangetypes.c}, {@code range_bound_escape}.
     */
    static boolean field(TextBuffer text, int start, boolean range) {
        if (text.length() == start) {
            return true;
        }
        for (int i = start; i < text.length(); i++) {
            byte next = text.at(i);
            boolean bracket = next == '(' || next == ')' || (range && (next == '[' || next == ']'));
            if (next == ',' || bracket || isEscapedOrSpace(next)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isEscapedOrSpace(byte value) {
        return value == '"' || value == '\\' || value == ' ' || (value >= 9 && value <= 13);
    }
}

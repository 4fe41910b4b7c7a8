package io.nanosync.flink.pg.columnar.decoder.text;

import io.nanosync.flink.pg.wire.MalformedMessageException;

/**
 * Words for values that aren't what their type says. The messages name the type, what was expected
 * and how much was found, never the value.
 */
public final class Malformed {

    private Malformed() {}

    /** Checks the length of a binary value. */
    public static void checkLength(String type, int expectedBytes, int foundBytes) {
        if (foundBytes != expectedBytes) {
            throw binary(type, expectedBytes + " bytes", Integer.toString(foundBytes));
        }
    }

    /** A value, in whatever form, that the type doesn't have. */
    public static MalformedMessageException value(String type, String expected, String found) {
        return of("value", type, expected, found);
    }

    /** A binary value with other contents than {@code expected}. */
    public static MalformedMessageException binary(String type, String expected, String found) {
        return of("binary value", type, expected, found);
    }

    /** A text value that doesn't read as {@code expected}. */
    public static MalformedMessageException text(String type, String expected, int foundBytes) {
        return of("text value", type, expected, foundBytes + " bytes that aren't");
    }

    private static MalformedMessageException of(
            String what, String type, String expected, String found) {
        return new MalformedMessageException(
                "Cannot decode a "
                        + what
                        + " of type "
                        + type
                        + ": expected "
                        + expected
                        + ", found "
                        + found);
    }
}

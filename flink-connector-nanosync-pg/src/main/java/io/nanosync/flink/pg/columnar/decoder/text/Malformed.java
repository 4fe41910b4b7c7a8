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
            throw new MalformedMessageException(
                    "Cannot decode a binary value of type "
                            + type
                            + ": expected "
                            + expectedBytes
                            + " bytes, found "
                            + foundBytes);
        }
    }

    /** A binary value with other contents than {@code expected}. */
    public static MalformedMessageException binary(String type, String expected, String found) {
        return new MalformedMessageException(
                "Cannot decode a binary value of type "
                        + type
                        + ": expected "
                        + expected
                        + ", found "
                        + found);
    }

    /** A text value that doesn't read as {@code expected}. */
    public static MalformedMessageException text(String type, String expected, int foundBytes) {
        return new MalformedMessageException(
                "Cannot decode a text value of type "
                        + type
                        + ": expected "
                        + expected
                        + ", found "
                        + foundBytes
                        + " bytes that aren't");
    }
}

package io.nanosync.flink.pg.wire.pgoutput;

import java.util.Locale;

/** How a code byte of the protocol is shown in an error. */
final class Codes {

    private Codes() {}

    /** The letter where it is printable, and always the number: {@code 'z' (0x7A)}. */
    static String describe(byte code) {
        String hexadecimal = String.format(Locale.ROOT, "0x%02X", code & 0xFF);
        return code > ' ' && code < 0x7F
                ? "'" + (char) code + "' (" + hexadecimal + ")"
                : hexadecimal;
    }
}

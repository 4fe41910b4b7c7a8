package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.columnar.decoder.text.Malformed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** The text of floating point numbers: what PostgreSQL prints, and nothing else that Java reads. */
final class FloatParser {

    private static final Pattern NUMBER =
            Pattern.compile("NaN|-?Infinity|-?[0-9]+(\\.[0-9]+)?(e[+-][0-9]+)?");

    private FloatParser() {}

    /** The value's text when it is a number as PostgreSQL prints it. */
    static String checked(String type, ByteBuffer buffer, int offset, int length) {
        byte[] bytes = new byte[length];
        buffer.get(offset, bytes);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!NUMBER.matcher(text).matches()) {
            throw Malformed.text(type, "a number, NaN, Infinity or -Infinity", length);
        }
        return text;
    }
}

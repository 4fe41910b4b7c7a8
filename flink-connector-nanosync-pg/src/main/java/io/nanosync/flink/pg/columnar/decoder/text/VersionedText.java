package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/**
 * Types whose binary form is a version byte, 1, and their text: {@code jsonb}, {@code jsonpath},
 * {@code ltree}, {@code lquery}, {@code ltxtquery}.
 *
 * <p>Source: PostgreSQL, {@code jsonb_send}, {@code jsonpath_send}, {@code
 * contrib/ltree/ltree_io.c}.
 */
final class VersionedText extends TextForm {

    private final String type;

    VersionedText(String type) {
        this.type = type;
    }

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        if (length < 1 || buffer.get(offset) != 1) {
            throw Malformed.binary(type, "version 1", "another version");
        }
        out.copy(buffer, offset + 1, length - 1);
    }
}

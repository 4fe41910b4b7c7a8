package io.nanosync.flink.pg.table;

import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/**
 * How long the texts are that a type holds: {@code VARCHAR(n)} those of at most n characters,
 * {@code CHAR(n)} those of exactly n.
 */
record TextLimit(int length, boolean exactly) {

    static TextLimit of(LogicalType declared) {
        return new TextLimit(
                LogicalTypeChecks.getLength(declared), declared.is(LogicalTypeRoot.CHAR));
    }

    /** Whether the type holds these bytes of UTF-8. */
    boolean holds(byte[] array, int offset, int size) {
        if (exactly) {
            return characters(array, offset, size) == length;
        }
        // There are never more characters than bytes: most values need no counting.
        return size <= length || characters(array, offset, size) <= length;
    }

    private static int characters(byte[] array, int offset, int size) {
        int characters = 0;
        for (int i = offset; i < offset + size; i++) {
            // Bytes 10xxxxxx continue a character.
            if ((array[i] & 0xC0) != 0x80) {
                characters++;
            }
        }
        return characters;
    }
}

package io.nanosync.flink.pg.table;

import org.apache.flink.core.memory.MemorySegment;
import org.apache.flink.core.memory.MemorySegmentFactory;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryStringData;

/**
 * Texts as Flink takes them, where they lie in the batch that is read. One for all columns, and
 * forgotten behind the batch: a column may have no value for long, and would hold an old one.
 */
final class BatchBytes {

    private static final byte[] NONE = {};

    private byte[] array = NONE;
    private MemorySegment[] segments = {};

    /** The text of these bytes. */
    StringData text(byte[] bytes, int offset, int size) {
        if (bytes != array) {
            segments = new MemorySegment[] {MemorySegmentFactory.wrap(bytes)};
            array = bytes;
        }
        return new BinaryStringData(segments, offset, size);
    }

    /** Keeps no batch alive. */
    void forget() {
        array = NONE;
        segments = new MemorySegment[0];
    }
}

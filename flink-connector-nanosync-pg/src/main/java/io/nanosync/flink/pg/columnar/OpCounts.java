package io.nanosync.flink.pg.columnar;

import java.util.Arrays;
import org.apache.flink.annotation.PublicEvolving;

/** How many rows of a batch are of which operation. */
@PublicEvolving
public record OpCounts(int reads, int inserts, int updates, int deletes, int truncates) {

    /**
     * Counts in an encoded batch, whose first column is {@code op}: one letter a row, one behind
     * the other. A batch whose rows are all of one operation takes next to no time.
     */
    static OpCounts of(byte[] recordBatch) {
        BatchBuffers buffers = new BatchBuffers(recordBatch);
        buffers.validity();
        buffers.next();
        int begin = buffers.next();
        int end = begin + buffers.rows();
        int[] rows = new int[Byte.MAX_VALUE + 1];
        if (Arrays.mismatch(recordBatch, begin, end - 1, recordBatch, begin + 1, end) < 0) {
            rows[recordBatch[begin]] = end - begin;
        } else {
            for (int i = begin; i < end; i++) {
                rows[recordBatch[i]]++;
            }
        }
        return new OpCounts(
                rows[Op.READ.code()],
                rows[Op.INSERT.code()],
                rows[Op.UPDATE.code()],
                rows[Op.DELETE.code()],
                rows[Op.TRUNCATE.code()]);
    }
}

package io.nanosync.flink.pg.examples;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** The largest id of a batch, column by column: no row is made. */
final class LargestOrder extends RichMapFunction<ChangeBatch, Long> {

    private static final long serialVersionUID = 1L;

    private transient BufferAllocator allocator;

    @Override
    public void open(OpenContext context) {
        allocator = new RootAllocator();
    }

    @Override
    public Long map(ChangeBatch batch) {
        try (VectorSchemaRoot root = batch.open(allocator)) {
            StructVector after = (StructVector) root.getVector("after");
            BigIntVector ids = (BigIntVector) after.getChild("id");
            long largest = Long.MIN_VALUE;
            for (int row = 0; row < root.getRowCount(); row++) {
                if (!after.isNull(row)) {
                    largest = Math.max(largest, ids.get(row));
                }
            }
            return largest;
        }
    }

    @Override
    public void close() {
        allocator.close();
    }
}

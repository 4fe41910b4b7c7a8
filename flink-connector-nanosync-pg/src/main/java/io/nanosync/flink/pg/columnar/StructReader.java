package io.nanosync.flink.pg.columnar;

import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;

/** Reads a struct: {@code before} or {@code after}. Its children are readers of their own. */
final class StructReader extends ColumnReader {

    private final ColumnReader[] children;

    StructReader(Field field, BatchBuffers buffers) {
        super(field, buffers);
        List<Field> fields = field.getChildren();
        children = new ColumnReader[fields.size()];
        for (int i = 0; i < children.length; i++) {
            children[i] = ColumnReader.of(fields.get(i), buffers);
        }
    }

    int size() {
        return children.length;
    }

    ColumnReader child(int index) {
        return children[index];
    }

    @Override
    Object value(int row) {
        return new HeapRowImage(this, row);
    }
}

package io.nanosync.flink.pg.columnar;

import io.nanosync.flink.pg.columnar.decoder.ColumnDecoder;
import io.nanosync.flink.pg.columnar.decoder.TypeMapping;
import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wire.MalformedMessageException;
import io.nanosync.flink.pg.wire.TupleSlice;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decodes tuples into the columns of one struct, {@code before} or {@code after}. Hot path: a loop
 * over the columns whose decoders were chosen once.
 */
final class TupleWriter {

    private final QualifiedName table;
    private final List<Column> columns;
    private final ColumnDecoder[] decoders;
    private final ColumnVector[] vectors;
    private final boolean[] identity;
    private final StructVector struct;
    private int[] tupleIndexes;
    private int tupleColumns;

    TupleWriter(
            QualifiedName table,
            List<Column> columns,
            int[] tupleIndexes,
            Set<String> keys,
            Unrepresentable unrepresentable) {
        this.table = table;
        this.columns = columns;
        this.decoders = new ColumnDecoder[columns.size()];
        this.vectors = new ColumnVector[columns.size()];
        this.identity = new boolean[columns.size()];
        for (int c = 0; c < decoders.length; c++) {
            Column column = columns.get(c);
            decoders[c] =
                    TypeMapping.of(column.type(), column.typmod())
                            .decoder(
                                    keys.contains(column.name())
                                            ? Unrepresentable.failingInKeys()
                                            : unrepresentable);
            vectors[c] = decoders[c].vector();
            identity[c] = column.identity();
        }
        this.struct = new StructVector(List.of(vectors));
        this.tupleIndexes = tupleIndexes;
        columnIndexes(tupleIndexes);
    }

    /** Says for each column of the struct where it stands in the tuples that follow. */
    void columnIndexes(int[] indexes) {
        tupleIndexes = indexes.clone();
        tupleColumns = 0;
        for (int index : indexes) {
            tupleColumns = Math.max(tupleColumns, index + 1);
        }
    }

    StructVector struct() {
        return struct;
    }

    /** Writes an old row. */
    void writeOld(Op op, Lsn lsn, int row, TupleSlice tuple) {
        int c = -1;
        try {
            check(tuple);
            struct.begin(row);
            for (c = 0; c < decoders.length; c++) {
                if (!write(c, tuple)) {
                    throw new MalformedMessageException(
                            "an old row has an unchanged TOAST value; expected the value");
                }
            }
        } catch (RuntimeException e) {
            throw DecodeException.of(op, table, lsn, c < 0 ? null : columns.get(c), e);
        }
    }

    /**
     * Writes a new row. An unchanged TOAST value is taken from the old row where that has it, else
     * its column is listed in {@code unchanged}.
     *
     * @param old the old row if there is one
     * @param oldIsWhole whether the old row has all columns, or the identity's only
     */
    void writeNew(
            Op op,
            Lsn lsn,
            int row,
            TupleSlice tuple,
            @Nullable TupleSlice old,
            boolean oldIsWhole,
            UnchangedVector unchanged) {
        int c = -1;
        try {
            check(tuple);
            if (old != null) {
                check(old);
            }
            struct.begin(row);
            for (c = 0; c < decoders.length; c++) {
                if (write(c, tuple)) {
                    continue;
                }
                if (old == null || !(oldIsWhole || identity[c]) || !write(c, old)) {
                    vectors[c].appendNull();
                    unchanged.add(row, c);
                }
            }
        } catch (RuntimeException e) {
            throw DecodeException.of(op, table, lsn, c < 0 ? null : columns.get(c), e);
        }
    }

    /** Writes one value; false, and nothing is written, when it is unchanged TOAST. */
    private boolean write(int c, TupleSlice tuple) {
        int index = tupleIndexes[c];
        byte kind = tuple.kind(index);
        if (kind == TupleSlice.BINARY) {
            decoders[c].binary(tuple.buffer(), tuple.offset(index), tuple.length(index));
        } else if (kind == TupleSlice.TEXT) {
            decoders[c].text(tuple.buffer(), tuple.offset(index), tuple.length(index));
        } else if (kind == TupleSlice.NULL) {
            vectors[c].appendNull();
        } else {
            return false;
        }
        return true;
    }

    private void check(TupleSlice tuple) {
        if (tuple.count() < tupleColumns) {
            throw new MalformedMessageException(
                    "the tuple has "
                            + tuple.count()
                            + " columns; expected at least "
                            + tupleColumns);
        }
    }
}

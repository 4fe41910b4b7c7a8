package io.nanosync.flink.pg.columnar;

import java.util.List;

/**
 * A struct column and its children. Rows without the struct cost nothing while rows are added: the
 * gaps are filled with nulls when a later row has one, or at the end; a batch whose rows all lack
 * it (the old rows of a snapshot) writes zeros only.
 */
final class StructVector extends ColumnVector {

    private final ColumnVector[] children;

    /** The children whose size is more than a width; asked after every row. */
    private final VarWidthVector[] variable;

    StructVector(List<ColumnVector> children) {
        this.children = children.toArray(ColumnVector[]::new);
        this.variable =
                children.stream()
                        .filter(VarWidthVector.class::isInstance)
                        .map(VarWidthVector.class::cast)
                        .toArray(VarWidthVector[]::new);
    }

    /**
     * Begins the struct of row {@code row}, null in the rows since the last one; the caller appends
     * one value to each child.
     */
    void begin(int row) {
        fill(row);
        markValid();
    }

    private void fill(int rows) {
        if (rows > count) {
            appendNulls(rows - count);
        }
    }

    @Override
    public void appendNulls(int number) {
        for (ColumnVector child : children) {
            child.appendNulls(number);
        }
        markNull(number);
    }

    /** Hands over the column as one of {@code rows} rows. */
    void writeTo(BufferWriter writer, int rows) {
        if (count == 0) {
            writeNullsTo(writer, rows);
        } else {
            fill(rows);
            writeTo(writer);
        }
    }

    @Override
    void writeTo(BufferWriter writer) {
        writeValidity(writer);
        for (ColumnVector child : children) {
            child.writeTo(writer);
        }
    }

    @Override
    void writeNullsTo(BufferWriter writer, int number) {
        writeNullValidity(writer, number);
        for (ColumnVector child : children) {
            child.writeNullsTo(writer, number);
        }
    }

    @Override
    int fixedBytes() {
        int bytes = 0;
        for (ColumnVector child : children) {
            bytes += child.fixedBytes();
        }
        return bytes;
    }

    @Override
    long variableBytes() {
        long bytes = 0;
        for (VarWidthVector child : variable) {
            bytes += child.variableBytes();
        }
        return bytes;
    }

    @Override
    long memoryBytes() {
        long bytes = super.memoryBytes();
        for (ColumnVector child : children) {
            bytes += child.memoryBytes();
        }
        return bytes;
    }

    @Override
    public void reset() {
        for (ColumnVector child : children) {
            child.reset();
        }
        super.reset();
    }
}

package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/**
 * The geometric types: 64-bit floating point numbers, with a count of points where it isn't fixed
 * and, for {@code path}, first a byte that tells whether it is closed.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/geo_ops.c}.
 */
final class GeometryText extends TextForm {

    /** How a type's points or numbers are counted and put together. */
    enum Shape {
        POINT("", "", 1),
        LSEG("[", "]", 2),
        BOX("", "", 2),
        LINE("{", "}", 0),
        CIRCLE("<", ">", 1),
        POLYGON("(", ")", -1),
        PATH("(", ")", -1);

        private final String open;
        private final String close;

        /** Points; -1 where the value tells. */
        private final int points;

        Shape(String open, String close, int points) {
            this.open = open;
            this.close = close;
            this.points = points;
        }
    }

    private final Shape shape;
    private final BinaryCursor cursor;
    private final FloatText numbers = new FloatText(8);

    GeometryText(String type, Shape shape) {
        this.shape = shape;
        this.cursor = new BinaryCursor(type);
    }

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        cursor.over(buffer, offset, length);
        boolean openPath = shape == Shape.PATH && cursor.uint1() == 0;
        out.ascii(openPath ? "[" : shape.open);
        int points = shape.points < 0 ? cursor.count(16) : shape.points;
        for (int i = 0; i < points; i++) {
            if (i > 0) {
                out.put(',');
            }
            out.put('(');
            numbers(2, out);
            out.put(')');
        }
        if (shape == Shape.LINE) {
            numbers(3, out);
        } else if (shape == Shape.CIRCLE) {
            out.put(',');
            numbers(1, out);
        }
        out.ascii(openPath ? "]" : shape.close);
        cursor.expectEnd();
    }

    private void numbers(int count, TextBuffer out) {
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                out.put(',');
            }
            numbers.render(Double.longBitsToDouble(cursor.int8()), out);
        }
    }
}

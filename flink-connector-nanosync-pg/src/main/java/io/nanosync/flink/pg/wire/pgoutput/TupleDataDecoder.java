package io.nanosync.flink.pg.wire.pgoutput;

import io.nanosync.flink.pg.wire.TupleSlice;
import io.nanosync.flink.pg.wire.WireCursor;
import java.nio.ByteBuffer;

/**
 * Finds the columns of a TupleData: Int16 number of columns; for each Byte1 kind, and for text and
 * binary Int32 length and the bytes.
 *
 * <p>Source: PostgreSQL, {@code src/backend/replication/logical/proto.c}, {@code
 * logicalrep_write_tuple}.
 */
final class TupleDataDecoder {

    private TupleDataDecoder() {}

    static void decode(WireCursor cursor, ByteBuffer message, TupleSlice into) {
        int columns = cursor.int16("number of columns");
        if (columns < 0) {
            throw cursor.malformed("number of columns", "at least 0", Integer.toString(columns));
        }
        into.begin(message, columns);
        for (int i = 0; i < columns; i++) {
            byte kind = cursor.int8("kind of a column");
            switch (kind) {
                case TupleSlice.NULL, TupleSlice.UNCHANGED -> into.set(i, kind, 0, 0);
                case TupleSlice.TEXT, TupleSlice.BINARY -> {
                    int length = cursor.int32("length of a column");
                    into.set(i, kind, cursor.skip(length, "value of a column"), length);
                }
                default ->
                        throw cursor.malformed(
                                "kind of column " + (i + 1), "n, u, t or b", Codes.describe(kind));
            }
        }
    }
}

package io.nanosync.flink.pg.wire.copy;

import io.nanosync.flink.pg.wire.MalformedMessageException;
import io.nanosync.flink.pg.wire.TupleSlice;
import io.nanosync.flink.pg.wire.WireCursor;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * Reads what {@code COPY … TO STDOUT (FORMAT binary)} sends, one CopyData message after the other;
 * one decoder a COPY. A message holds one row, or the trailer; the header comes in front of the
 * first of them, in the same message or in one of its own. Not thread-safe.
 *
 * <p>Wire: the header is the signature {@code PGCOPY\n\377\r\n\0}, Int32 flags, Int32 length of the
 * extension and the extension. A row is Int16 number of columns and for each Int32 length (-1 for
 * null) and the value in its binary form. The trailer is Int16 -1.
 *
 * <p>Source: PostgreSQL documentation, COPY, "Binary Format"; {@code
 * src/backend/commands/copyto.c}.
 */
public final class CopyBinaryDecoder {

    private static final byte[] SIGNATURE = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0
    };

    /** Bits 16 to 31 change the format; an unknown one must be refused. */
    private static final int CRITICAL_FLAGS = 0xFFFF_0000;

    private static final short TRAILER = -1;

    private final WireCursor cursor = new WireCursor();
    private boolean headerRead;
    private boolean trailerRead;

    /**
     * Reads one CopyData message.
     *
     * @param message big-endian, backed by an array; the content of the message lies between
     *     position and limit, which stay as they are. The tuple points into it
     * @param into receives the row; every column is {@link TupleSlice#NULL} or {@link
     *     TupleSlice#BINARY}
     * @return whether the message held a row; false for a trailer, and for a header alone
     * @throws MalformedMessageException when the bytes aren't such a message
     */
    public boolean next(ByteBuffer message, TupleSlice into) {
        cursor.begin(message, "COPY");
        if (trailerRead) {
            throw cursor.malformed(
                    "message behind the trailer", "none", cursor.remaining() + " bytes");
        }
        if (!headerRead) {
            header(message);
            headerRead = true;
            if (cursor.remaining() == 0) {
                return false;
            }
        }
        short columns = cursor.int16("number of columns");
        if (columns == TRAILER) {
            cursor.end();
            trailerRead = true;
            return false;
        }
        row(columns, message, into);
        cursor.end();
        return true;
    }

    /**
     * Says that no more messages come.
     *
     * @throws MalformedMessageException when there was no trailer: rows may be missing
     */
    public void finish() {
        if (!trailerRead) {
            throw new MalformedMessageException(
                    "Malformed COPY data: it ended without "
                            + (headerRead ? "the trailer" : "header and trailer")
                            + ", so rows may be missing");
        }
    }

    private void header(ByteBuffer message) {
        int offset = cursor.skip(SIGNATURE.length, "signature");
        for (int i = 0; i < SIGNATURE.length; i++) {
            if (message.get(offset + i) != SIGNATURE[i]) {
                throw cursor.malformed(
                        "signature", "PGCOPY\\n\\377\\r\\n\\0", "another byte at offset " + i);
            }
        }
        int flags = cursor.int32("flags");
        if ((flags & CRITICAL_FLAGS) != 0) {
            throw cursor.malformed(
                    "flags", "no bit above 15", String.format(Locale.ROOT, "0x%08X", flags));
        }
        cursor.skip(cursor.int32("length of the header extension"), "header extension");
    }

    private void row(short columns, ByteBuffer message, TupleSlice into) {
        if (columns < 0) {
            throw cursor.malformed(
                    "number of columns", "at least 0, or -1", Integer.toString(columns));
        }
        into.begin(message, columns);
        for (int i = 0; i < columns; i++) {
            int length = cursor.int32("length of a column");
            if (length == -1) {
                into.set(i, TupleSlice.NULL, 0, 0);
            } else {
                into.set(i, TupleSlice.BINARY, cursor.skip(length, "value of a column"), length);
            }
        }
    }
}

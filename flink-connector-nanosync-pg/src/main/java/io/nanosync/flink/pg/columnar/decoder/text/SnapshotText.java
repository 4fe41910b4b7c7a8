package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/**
 * {@code pg_snapshot} and {@code txid_snapshot}: {@code xmin:xmax:xip,…}.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/xid8funcs.c}, {@code pg_snapshot_send}.
 */
final class SnapshotText extends TextForm {

    private final BinaryCursor cursor = new BinaryCursor("pg_snapshot");

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        cursor.over(buffer, offset, length);
        int running = cursor.count(8);
        out.unsigned(cursor.int8());
        out.put(':');
        out.unsigned(cursor.int8());
        out.put(':');
        for (int i = 0; i < running; i++) {
            if (i > 0) {
                out.put(',');
            }
            out.unsigned(cursor.int8());
        }
        cursor.expectEnd();
    }
}

package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.columnar.ChangeBatchBuilder;
import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wire.TupleSlice;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Builds batches of the table {@code shop.orders} from values in PostgreSQL's text form. */
final class Changes {

    /** Stands for a large value that PostgreSQL doesn't send again. */
    static final String UNCHANGED = "(unchanged)";

    static final Lsn SNAPSHOT_LSN = new Lsn(0x100);
    static final Lsn COMMIT_LSN = new Lsn(0x16_0000_0200L);
    static final long COMMIT_MICROS = 1_700_000_000_123_456L;
    static final int XID = -2;

    private final TableSchema table;
    private final ChangeBatchBuilder builder;
    private long ordinal;

    Changes(ReplicaIdentity identity, List<Column> columns, List<String> primaryKey) {
        table =
                new TableSchema(
                        16_384, new QualifiedName("shop", "orders"), identity, columns, primaryKey);
        builder = new ChangeBatchBuilder(table, Unrepresentable.nulling());
        builder.columnIndexes(IntStream.range(0, columns.size()).toArray());
        builder.transaction(COMMIT_LSN, COMMIT_MICROS, XID);
    }

    TableSchema table() {
        return table;
    }

    Changes read(@Nullable String... values) {
        builder.snapshotRow(SNAPSHOT_LSN, tuple(values));
        return this;
    }

    Changes insert(@Nullable String... values) {
        builder.insert(++ordinal, tuple(values));
        return this;
    }

    /** An update for which PostgreSQL sends no old row: one under a key that doesn't change. */
    Changes update(@Nullable String... values) {
        builder.update(++ordinal, '\0', null, tuple(values));
        return this;
    }

    Changes updateOfKey(List<@Nullable String> oldKey, List<@Nullable String> values) {
        builder.update(++ordinal, 'K', tuple(array(oldKey)), tuple(array(values)));
        return this;
    }

    Changes updateOfRow(List<@Nullable String> oldRow, List<@Nullable String> values) {
        builder.update(++ordinal, 'O', tuple(array(oldRow)), tuple(array(values)));
        return this;
    }

    Changes delete(@Nullable String... oldRow) {
        builder.delete(++ordinal, tuple(oldRow));
        return this;
    }

    Changes truncate() {
        builder.truncate(++ordinal);
        return this;
    }

    Changes snapshotRestart() {
        builder.snapshotRestart(SNAPSHOT_LSN);
        return this;
    }

    ChangeBatch batch() {
        return builder.build();
    }

    private static @Nullable String[] array(List<@Nullable String> values) {
        return values.toArray(new @Nullable String[0]);
    }

    private static TupleSlice tuple(@Nullable String[] values) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TupleSlice slice = new TupleSlice();
        int[] offsets = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            offsets[i] = bytes.size();
            bytes.writeBytes(text(values[i]));
        }
        slice.begin(ByteBuffer.wrap(bytes.toByteArray()), values.length);
        for (int i = 0; i < values.length; i++) {
            slice.set(i, kind(values[i]), offsets[i], text(values[i]).length);
        }
        return slice;
    }

    private static byte kind(@Nullable String value) {
        if (value == null) {
            return TupleSlice.NULL;
        }
        return value.equals(UNCHANGED) ? TupleSlice.UNCHANGED : TupleSlice.TEXT;
    }

    private static byte[] text(@Nullable String value) {
        return (value == null ? "" : value).getBytes(StandardCharsets.UTF_8);
    }
}

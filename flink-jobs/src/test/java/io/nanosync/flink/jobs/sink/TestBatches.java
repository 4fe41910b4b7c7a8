package io.nanosync.flink.jobs.sink;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.columnar.ChangeBatchBuilder;
import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wire.TupleSlice;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Batches of tables with an int4 key {@code id} and text columns. */
final class TestBatches {

    static final Lsn LSN = Lsn.parse("0/10");

    private TestBatches() {}

    static ChangeBatch of(
            QualifiedName name, List<String> textColumns, Consumer<ChangeBatchBuilder> rows) {
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("id", PgType.base(23, "int4"), -1, "integer", false, true));
        for (String column : textColumns) {
            columns.add(new Column(column, PgType.base(25, "text"), -1, "text", true, false));
        }
        ChangeBatchBuilder builder =
                new ChangeBatchBuilder(
                        new TableSchema(
                                16_384, name, ReplicaIdentity.DEFAULT, columns, List.of("id")),
                        Unrepresentable.failing());
        builder.transaction(LSN, 0, 1);
        rows.accept(builder);
        return builder.build();
    }

    /** Texts, nulls, and {@code "(unchanged)"} for a value that PostgreSQL didn't send. */
    static TupleSlice tuple(@Nullable String... values) {
        byte[] all = String.join("", nonNull(values)).getBytes(StandardCharsets.UTF_8);
        TupleSlice tuple = new TupleSlice();
        tuple.begin(ByteBuffer.wrap(all), values.length);
        int offset = 0;
        for (int i = 0; i < values.length; i++) {
            String value = values[i];
            int length = value == null ? 0 : value.getBytes(StandardCharsets.UTF_8).length;
            tuple.set(i, kind(value), offset, length);
            offset += length;
        }
        return tuple;
    }

    private static byte kind(@Nullable String value) {
        if (value == null) {
            return TupleSlice.NULL;
        }
        return value.equals("(unchanged)") ? TupleSlice.UNCHANGED : TupleSlice.TEXT;
    }

    private static List<String> nonNull(@Nullable String... values) {
        List<String> texts = new ArrayList<>();
        for (String value : values) {
            if (value != null) {
                texts.add(value);
            }
        }
        return texts;
    }
}

package io.nanosync.flink.pg.typeinfo;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.columnar.ChangeSchema;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.Timeline;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * Writes change batches between operators and into state. Batches are immutable, so copies are the
 * batch itself. Each batch carries its schema; a reader parses it once and then recognises it by
 * its fingerprint. Used by one thread, as Flink promises.
 *
 * <p>Format 2, big-endian: Int8 2; Int64 fingerprint; Int32 length and bytes of the schema; Int32
 * row count; Int64 first and Int64 last LSN; Int8 flags (1 snapshot, 2 transaction end, 4 there is
 * a timeline, 8 its begin is known); Int64 system identifier, Int32 number and Int64 begin of the
 * timeline, each 0 where there is none; Int32 length and bytes of the record batch. Schema and
 * record batch are encapsulated Arrow IPC messages. Format 1 has no timeline, and is read too.
 */
public final class ChangeBatchSerializer extends TypeSerializer<ChangeBatch> {

    private static final long serialVersionUID = 1L;

    private static final int CACHED_SCHEMAS = 1024;
    private static final byte WITHOUT_TIMELINE = 1;
    private static final byte FORMAT = 2;
    private static final int SNAPSHOT = 1;
    private static final int TRANSACTION_END = 2;
    private static final int TIMELINE = 4;
    private static final int BEGIN = 8;
    private static final int ROW_COUNT_TO_FLAGS_BYTES = Integer.BYTES + 2 * Long.BYTES + Byte.BYTES;
    private static final int TIMELINE_BYTES = 2 * Long.BYTES + Integer.BYTES;

    private transient @Nullable SchemaCache schemas;

    @Override
    public void serialize(ChangeBatch batch, DataOutputView target) throws IOException {
        target.writeByte(FORMAT);
        target.writeLong(batch.schema().fingerprint());
        writeBytes(batch.schema().ipc(), target);
        target.writeInt(batch.rowCount());
        target.writeLong(batch.first().value());
        target.writeLong(batch.last().value());
        Timeline timeline = batch.timeline();
        Lsn begin = timeline == null ? null : timeline.begin();
        target.writeByte(
                (batch.snapshot() ? SNAPSHOT : 0)
                        | (batch.transactionEnd() ? TRANSACTION_END : 0)
                        | (timeline == null ? 0 : TIMELINE)
                        | (begin == null ? 0 : BEGIN));
        target.writeLong(timeline == null ? 0 : timeline.systemIdentifier());
        target.writeInt(timeline == null ? 0 : timeline.number());
        target.writeLong(begin == null ? 0 : begin.value());
        writeBytes(batch.recordBatch(), target);
    }

    private static void writeBytes(byte[] bytes, DataOutputView target) throws IOException {
        target.writeInt(bytes.length);
        target.write(bytes);
    }

    @Override
    public ChangeBatch deserialize(DataInputView source) throws IOException {
        byte format = source.readByte();
        checkFormat(format);
        ChangeSchema schema = readSchema(source);
        int rowCount = source.readInt();
        Lsn first = new Lsn(source.readLong());
        Lsn last = new Lsn(source.readLong());
        int flags = source.readByte();
        return new ChangeBatch(
                schema,
                rowCount,
                first,
                last,
                format == WITHOUT_TIMELINE ? null : readTimeline(flags, source),
                (flags & SNAPSHOT) != 0,
                (flags & TRANSACTION_END) != 0,
                readBytes(source));
    }

    @Override
    public ChangeBatch deserialize(ChangeBatch reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    private static @Nullable Timeline readTimeline(int flags, DataInputView source)
            throws IOException {
        long systemIdentifier = source.readLong();
        int number = source.readInt();
        Lsn begin = new Lsn(source.readLong());
        return (flags & TIMELINE) == 0
                ? null
                : new Timeline(systemIdentifier, number, (flags & BEGIN) == 0 ? null : begin);
    }

    private ChangeSchema readSchema(DataInputView source) throws IOException {
        SchemaCache cache = schemas;
        if (cache == null) {
            cache = new SchemaCache(CACHED_SCHEMAS);
            schemas = cache;
        }
        long fingerprint = source.readLong();
        ChangeSchema known = cache.find(fingerprint);
        if (known != null) {
            source.skipBytesToRead(readLength(source));
            return known;
        }
        ChangeSchema schema = ChangeSchema.fromIpc(readBytes(source));
        if (schema.fingerprint() != fingerprint) {
            throw new IOException(
                    "Cannot read a change batch of "
                            + schema.table()
                            + ": its schema has fingerprint "
                            + Long.toHexString(schema.fingerprint())
                            + ", expected "
                            + Long.toHexString(fingerprint));
        }
        cache.add(schema);
        return schema;
    }

    private static byte[] readBytes(DataInputView source) throws IOException {
        byte[] bytes = new byte[readLength(source)];
        source.readFully(bytes);
        return bytes;
    }

    private static int readLength(DataInputView source) throws IOException {
        int length = source.readInt();
        if (length < 0) {
            throw new IOException(
                    "Cannot read a change batch: expected a length of at least 0, found " + length);
        }
        return length;
    }

    private static void checkFormat(byte format) throws IOException {
        if (format != FORMAT && format != WITHOUT_TIMELINE) {
            throw new IOException(
                    "Cannot read a change batch: expected format "
                            + WITHOUT_TIMELINE
                            + " or "
                            + FORMAT
                            + ", found "
                            + format
                            + ". It was written by a newer version of this connector, or isn't a"
                            + " change batch");
        }
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        byte format = source.readByte();
        checkFormat(format);
        target.writeByte(format);
        target.writeLong(source.readLong());
        copyBytes(source, target);
        target.write(source, ROW_COUNT_TO_FLAGS_BYTES);
        if (format != WITHOUT_TIMELINE) {
            target.write(source, TIMELINE_BYTES);
        }
        copyBytes(source, target);
    }

    private static void copyBytes(DataInputView source, DataOutputView target) throws IOException {
        int length = readLength(source);
        target.writeInt(length);
        target.write(source, length);
    }

    @Override
    public ChangeBatch copy(ChangeBatch from) {
        return from;
    }

    @Override
    public ChangeBatch copy(ChangeBatch from, ChangeBatch reuse) {
        return from;
    }

    @Override
    public boolean isImmutableType() {
        return true;
    }

    /** A serializer with a cache of its own. */
    @Override
    public TypeSerializer<ChangeBatch> duplicate() {
        return new ChangeBatchSerializer();
    }

    /** Null: there is no empty batch, and immutable values are never filled in. */
    @Override
    @SuppressWarnings("NullAway")
    public @Nullable ChangeBatch createInstance() {
        return null;
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public TypeSerializerSnapshot<ChangeBatch> snapshotConfiguration() {
        return new ChangeBatchSerializerSnapshot();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ChangeBatchSerializer;
    }

    @Override
    public int hashCode() {
        return ChangeBatchSerializer.class.hashCode();
    }
}

package io.nanosync.flink.pg.source.split;

import static io.nanosync.flink.pg.source.split.StateFormat.readLsn;
import static io.nanosync.flink.pg.source.split.StateFormat.readString;
import static io.nanosync.flink.pg.source.split.StateFormat.writeLsn;
import static io.nanosync.flink.pg.source.split.StateFormat.writeString;

import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.SnapshotBoundary;
import io.nanosync.flink.pg.wal.StreamPosition;
import io.nanosync.flink.pg.wal.StreamPosition.Numbering;
import io.nanosync.flink.pg.wal.StreamPosition.PartialTransaction;
import io.nanosync.flink.pg.wal.Timeline;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** The binary form of splits, in checkpoints and on the way to readers. */
public final class PgSplitSerializer implements SimpleVersionedSerializer<PgSplit> {

    private static final int SNAPSHOT = 1;
    private static final int RESTART = 2;
    private static final int STREAM = 3;
    private static final int FINISHED = 4;

    private static final int BLOCKS = 1;
    private static final int VALUES = 2;

    /** The newest version. */
    public static final int VERSION = 7;

    private final Packer<PackedCapture> streams = new Packer<>(PackedCapture::write);

    /** Snapshot splits come table by table. */
    private final Packer<PackedCapture> tables = new Packer<>(PackedCapture::write);

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(PgSplit split) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(512);
        write(out, split);
        return out.getCopyOfBuffer();
    }

    @Override
    public PgSplit deserialize(int version, byte[] serialized) throws IOException {
        DataInputDeserializer in = new DataInputDeserializer(serialized);
        PgSplit split = read(version, in);
        if (in.available() > 0) {
            throw new IOException(
                    "Split state has " + in.available() + " bytes behind its end; it is damaged");
        }
        return split;
    }

    /** Reads a split in one of the versions up to {@link #VERSION}. */
    public static PgSplit read(int version, DataInput in) throws IOException {
        return switch (version) {
            case 1 -> readVersion1(in);
            case 2, 3, 4, 5, 6, 7 -> readPacked(version, in);
            default ->
                    throw new IOException(
                            "Split state of version "
                                    + version
                                    + " was written by a newer release; this one reads up to "
                                    + VERSION);
        };
    }

    /** Writes a split in the newest version; also for state that contains splits. */
    public void write(DataOutput out, PgSplit split) throws IOException {
        if (split instanceof SnapshotSplit snapshot) {
            out.writeByte(SNAPSHOT);
            writeSnapshotSplit(out, snapshot);
        } else if (split instanceof RestartSplit restart) {
            out.writeByte(RESTART);
            writeString(out, restart.splitId());
            out.writeInt(restart.epoch());
            writeLsn(out, restart.consistentPoint());
            tables.write(out, new PackedCapture(restart.tables(), null));
        } else if (split instanceof StreamSplit stream) {
            out.writeByte(STREAM);
            StateFormat.writeTimeline(out, stream.timeline());
            writePosition(out, stream.position());
            streams.write(out, new PackedCapture(stream.tables(), stream.contract()));
            StateFormat.writeList(out, stream.boundaries(), PgSplitSerializer::writeBoundary);
            out.writeInt(stream.extension());
        } else if (split instanceof FinishedSplit finished) {
            out.writeByte(FINISHED);
            writeString(out, finished.splitId());
            out.writeInt(finished.epoch());
        } else {
            throw new IllegalStateException("No binary form for " + split.getClass());
        }
    }

    /**
     * Version 3 knows more of a contract's coverage, version 4 the constraints of keys, boundaries
     * and ranges of values, version 5 extensions of a stream and what of which table was taken of a
     * transaction, version 6 which of the changes at its LSN the last one was, version 7 where
     * timelines began.
     */
    private static PgSplit readPacked(int version, DataInput in) throws IOException {
        int kind = in.readByte();
        return switch (kind) {
            case SNAPSHOT ->
                    readSnapshotSplit(
                            in,
                            i -> readOneTable(version, i),
                            version < 4
                                    ? PgSplitSerializer::readBlocks
                                    : PgSplitSerializer::readRows);
            case RESTART ->
                    new RestartSplit(
                            readString(in),
                            in.readInt(),
                            readLsn(in),
                            PackedCapture.read(version, in).tables());
            case STREAM -> readStreamSplit(version, in);
            case FINISHED -> new FinishedSplit(readString(in), in.readInt());
            default -> throw damaged(kind);
        };
    }

    private static StreamSplit readStreamSplit(int version, DataInput in) throws IOException {
        Timeline timeline = StateFormat.readTimeline(version, in);
        StreamPosition position = readPosition(version, in);
        PackedCapture capture = PackedCapture.read(version, in);
        return new StreamSplit(
                timeline,
                position,
                capture.tables(),
                capture.contract(),
                version < 4 ? List.of() : StateFormat.readList(in, i -> readBoundary(version, i)),
                version < 5 ? 0 : in.readInt());
    }

    /** Writes an extension of a stream. */
    public static void writeExtension(DataOutput out, StreamExtension extension)
            throws IOException {
        out.writeInt(extension.number());
        StateFormat.writeList(out, extension.removed(), DataOutput::writeInt);
        new Packer<>(PackedCapture::write)
                .write(out, new PackedCapture(extension.added(), extension.contract()));
        StateFormat.writeList(out, extension.boundaries(), PgSplitSerializer::writeBoundary);
    }

    /** Reads an extension, of state from version 5 on. */
    public static StreamExtension readExtension(int version, DataInput in) throws IOException {
        int number = in.readInt();
        List<Integer> removed = StateFormat.readList(in, DataInput::readInt);
        PackedCapture capture = PackedCapture.read(version, in);
        return new StreamExtension(
                number,
                removed,
                capture.tables(),
                capture.contract(),
                StateFormat.readList(in, i -> readBoundary(version, i)));
    }

    /** Writes a boundary. */
    public static void writeBoundary(DataOutput out, SnapshotBoundary boundary) throws IOException {
        StateFormat.writeList(out, boundary.tables(), DataOutput::writeInt);
        out.writeLong(boundary.xmin());
        out.writeLong(boundary.xmax());
        StateFormat.writeList(out, boundary.running(), DataOutput::writeLong);
        writeLsn(out, boundary.end());
        StateFormat.writeNullable(out, boundary.timeline(), StateFormat::writeTimeline);
    }

    /** Reads a boundary, of state from version 4 on. */
    public static SnapshotBoundary readBoundary(int version, DataInput in) throws IOException {
        return new SnapshotBoundary(
                StateFormat.readList(in, DataInput::readInt),
                in.readLong(),
                in.readLong(),
                StateFormat.readList(in, DataInput::readLong),
                readLsn(in),
                version < 7
                        ? null
                        : StateFormat.readNullable(in, i -> StateFormat.readTimeline(version, i)));
    }

    private static TableSchema readOneTable(int version, DataInput in) throws IOException {
        return PackedCapture.read(version, in).tables().get(0);
    }

    private static PgSplit readVersion1(DataInput in) throws IOException {
        int kind = in.readByte();
        return switch (kind) {
            case SNAPSHOT ->
                    readMark(
                            in,
                            readSnapshotSplit(
                                    in, StateFormat::readTable, PgSplitSerializer::readBlocks));
            case RESTART ->
                    readMark(
                            in,
                            new RestartSplit(
                                    readString(in),
                                    in.readInt(),
                                    readLsn(in),
                                    StateFormat.readList(in, StateFormat::readTable)));
            case STREAM ->
                    new StreamSplit(
                            StateFormat.readTimeline(1, in),
                            readPosition(1, in),
                            StateFormat.readList(in, StateFormat::readTable),
                            null,
                            List.of(),
                            0);
            case FINISHED -> new FinishedSplit(readString(in), in.readInt());
            default -> throw damaged(kind);
        };
    }

    private static IOException damaged(int kind) {
        return new IOException(
                "Split state begins with " + kind + "; expected 1 to 4; it is damaged");
    }

    private void writeSnapshotSplit(DataOutput out, SnapshotSplit split) throws IOException {
        writeString(out, split.splitId());
        out.writeInt(split.epoch());
        StateFormat.writeSnapshot(out, split.snapshot());
        writeLsn(out, split.consistentPoint());
        tables.write(out, new PackedCapture(List.of(split.table()), null));
        StateFormat.writeFile(out, split.file());
        writeRows(out, split.rows());
        StateFormat.writeNullable(out, split.after(), StateFormat::writeString);
    }

    private static void writeRows(DataOutput out, RowRange rows) throws IOException {
        if (rows instanceof RowRange.Blocks blocks) {
            out.writeByte(BLOCKS);
            out.writeLong(blocks.from());
            StateFormat.writeNullable(out, blocks.to(), DataOutput::writeLong);
            StateFormat.writeNullable(out, blocks.last(), StateFormat::writeTid);
        } else if (rows instanceof RowRange.Values values) {
            out.writeByte(VALUES);
            writeString(out, values.condition());
            StateFormat.writeNullable(
                    out,
                    values.read(),
                    (o, read) -> {
                        o.writeLong(read.block());
                        StateFormat.writeList(o, read.offsets(), DataOutput::writeShort);
                    });
        } else {
            throw new IllegalStateException("No binary form for " + rows.getClass());
        }
    }

    private static RowRange readRows(DataInput in) throws IOException {
        int kind = in.readByte();
        return switch (kind) {
            case BLOCKS -> readBlocks(in);
            case VALUES ->
                    new RowRange.Values(
                            readString(in),
                            StateFormat.readNullable(in, PgSplitSerializer::readReadRows));
            default ->
                    throw new IOException(
                            "The rows of a split in state begin with "
                                    + kind
                                    + "; expected 1 or 2; it is damaged");
        };
    }

    private static RowRange.ReadRows readReadRows(DataInput in) throws IOException {
        return new RowRange.ReadRows(
                in.readLong(), StateFormat.readList(in, DataInput::readUnsignedShort));
    }

    /** All that versions before 4 know. */
    private static RowRange readBlocks(DataInput in) throws IOException {
        return new RowRange.Blocks(
                in.readLong(),
                StateFormat.readNullable(in, DataInput::readLong),
                StateFormat.readNullable(in, StateFormat::readTid));
    }

    /** Version 1 marks a split as finished behind it; later that is a kind of its own. */
    private static PgSplit readMark(DataInput in, SnapshotSplit split) throws IOException {
        return in.readBoolean() ? new FinishedSplit(split.splitId(), split.epoch()) : split;
    }

    private static PgSplit readMark(DataInput in, RestartSplit split) throws IOException {
        return in.readBoolean() ? new FinishedSplit(split.splitId(), split.epoch()) : split;
    }

    private static SnapshotSplit readSnapshotSplit(
            DataInput in, StateFormat.Reader<TableSchema> table, StateFormat.Reader<RowRange> rows)
            throws IOException {
        return new SnapshotSplit(
                readString(in),
                in.readInt(),
                StateFormat.readSnapshot(in),
                readLsn(in),
                table.read(in),
                StateFormat.readFile(in),
                rows.read(in),
                StateFormat.readNullable(in, StateFormat::readString));
    }

    private static void writePosition(DataOutput out, StreamPosition position) throws IOException {
        writeLsn(out, position.end());
        StateFormat.writeNullable(
                out,
                position.partial(),
                (o, partial) -> {
                    writeLsn(o, partial.commitLsn());
                    o.writeInt(partial.xid());
                    o.writeLong(partial.changes());
                    writeLsn(o, partial.lastLsn());
                    o.writeInt(partial.lastRelation());
                    o.writeChar(partial.lastOperation());
                    o.writeLong(partial.lastNumber());
                    writeString(o, partial.numbering().name());
                });
    }

    private static StreamPosition readPosition(int version, DataInput in) throws IOException {
        return new StreamPosition(
                readLsn(in), StateFormat.readNullable(in, i -> readPartial(version, i)));
    }

    private static PartialTransaction readPartial(int version, DataInput in) throws IOException {
        Lsn commitLsn = readLsn(in);
        int xid = in.readInt();
        long changes = in.readLong();
        Map<Integer, Long> perTable =
                version == 5 ? StateFormat.readNullable(in, PgSplitSerializer::readCounts) : null;
        Lsn lastLsn = readLsn(in);
        int lastRelation = in.readInt();
        char lastOperation = in.readChar();
        long lastNumber;
        Numbering numbering;
        if (version >= 6) {
            lastNumber = in.readLong();
            numbering = Numbering.valueOf(readString(in));
        } else if (perTable != null) {
            lastNumber = perTable.getOrDefault(lastRelation, 0L);
            numbering = Numbering.OF_TABLE;
        } else {
            lastNumber = changes;
            numbering = Numbering.OF_TRANSACTION;
        }
        return new PartialTransaction(
                commitLsn,
                xid,
                changes,
                lastLsn,
                lastRelation,
                lastOperation,
                lastNumber,
                numbering);
    }

    private static Map<Integer, Long> readCounts(DataInput in) throws IOException {
        Map<Integer, Long> counts = new HashMap<>();
        int size = in.readInt();
        for (int i = 0; i < size; i++) {
            counts.put(in.readInt(), in.readLong());
        }
        return counts;
    }
}

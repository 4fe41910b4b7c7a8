package io.nanosync.flink.pg.source.split;

import static io.nanosync.flink.pg.source.split.StateFormat.writeList;
import static io.nanosync.flink.pg.source.split.StateFormat.writeLsn;
import static io.nanosync.flink.pg.source.split.StateFormat.writeNullable;
import static io.nanosync.flink.pg.source.split.StateFormat.writeString;

import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.wal.StreamPosition;
import io.nanosync.flink.pg.wal.Timeline;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes splits as a release before this one did, and has them read as this one reads them. What
 * the version can't hold is left out, as that release didn't know it.
 */
public final class EarlierSplits implements SimpleVersionedSerializer<PgSplit> {

    private final int version;
    private final PgSplitSerializer now = new PgSplitSerializer();

    public EarlierSplits(int version) {
        this.version = version;
    }

    @Override
    public int getVersion() {
        return version;
    }

    @Override
    public PgSplit deserialize(int of, byte[] serialized) throws IOException {
        return now.deserialize(of, serialized);
    }

    @Override
    public byte[] serialize(PgSplit split) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(512);
        write(out, split);
        return out.getCopyOfBuffer();
    }

    /** Writes a split; also for state that contains splits. */
    public void write(DataOutput out, PgSplit split) throws IOException {
        if (split instanceof SnapshotSplit snapshot) {
            out.writeByte(1);
            snapshotSplit(out, snapshot);
        } else if (split instanceof RestartSplit restart) {
            out.writeByte(2);
            writeString(out, restart.splitId());
            out.writeInt(restart.epoch());
            writeLsn(out, restart.consistentPoint());
            capture(out, restart.tables(), null);
            unfinished(out);
        } else if (split instanceof StreamSplit stream) {
            out.writeByte(3);
            timeline(out, stream.timeline());
            position(out, stream.position());
            capture(out, stream.tables(), stream.contract());
        } else if (split instanceof FinishedSplit finished) {
            out.writeByte(4);
            writeString(out, finished.splitId());
            out.writeInt(finished.epoch());
        } else {
            throw new IllegalStateException("No earlier form for " + split.getClass());
        }
    }

    /** By its number alone. */
    public static void timeline(DataOutput out, Timeline timeline) throws IOException {
        out.writeLong(timeline.systemIdentifier());
        out.writeInt(timeline.number());
    }

    /** Tables and contract; version 1 has no contract. */
    public void capture(
            DataOutput out, List<TableSchema> tables, @Nullable CaptureContract contract)
            throws IOException {
        if (version == 1) {
            writeList(out, tables, EarlierSplits::table);
        } else {
            EarlierCaptureWriter.write(version, out, tables, contract);
        }
    }

    private void snapshotSplit(DataOutput out, SnapshotSplit split) throws IOException {
        writeString(out, split.splitId());
        out.writeInt(split.epoch());
        StateFormat.writeSnapshot(out, split.snapshot());
        writeLsn(out, split.consistentPoint());
        if (version == 1) {
            table(out, split.table());
        } else {
            capture(out, List.of(split.table()), null);
        }
        StateFormat.writeFile(out, split.file());
        RowRange.Blocks blocks = (RowRange.Blocks) split.rows();
        out.writeLong(blocks.from());
        writeNullable(out, blocks.to(), DataOutput::writeLong);
        writeNullable(out, blocks.last(), StateFormat::writeTid);
        writeNullable(out, split.after(), StateFormat::writeString);
        unfinished(out);
    }

    /** Version 1 marks finished splits here; later they are a kind of their own. */
    private void unfinished(DataOutput out) throws IOException {
        if (version == 1) {
            out.writeBoolean(false);
        }
    }

    private static void position(DataOutput out, StreamPosition position) throws IOException {
        writeLsn(out, position.end());
        writeNullable(
                out,
                position.partial(),
                (o, partial) -> {
                    writeLsn(o, partial.commitLsn());
                    o.writeInt(partial.xid());
                    o.writeLong(partial.changes());
                    writeLsn(o, partial.lastLsn());
                    o.writeInt(partial.lastRelation());
                    o.writeChar(partial.lastOperation());
                });
    }

    /** A table as version 1 has it; also for plans. */
    public static void table(DataOutput out, TableSchema table) throws IOException {
        out.writeInt(table.oid());
        name(out, table.name());
        out.writeByte(table.identity().code());
        writeList(out, table.columns(), EarlierSplits::column);
        writeList(out, table.primaryKey(), StateFormat::writeString);
    }

    private static void name(DataOutput out, QualifiedName name) throws IOException {
        writeString(out, name.schema());
        writeString(out, name.name());
    }

    private static void column(DataOutput out, Column column) throws IOException {
        writeString(out, column.name());
        type(out, column.type());
        out.writeInt(column.typmod());
        writeString(out, column.typeText());
        out.writeBoolean(column.nullable());
        out.writeBoolean(column.identity());
    }

    private static void type(DataOutput out, PgType type) throws IOException {
        out.writeInt(type.oid());
        writeString(out, type.name());
        writeString(out, type.kind().name());
        writeNullable(out, type.element(), EarlierSplits::type);
        out.writeChar(type.delimiter());
        writeList(out, type.attributes(), EarlierSplits::attribute);
        out.writeBoolean(type.hasBinaryOutput());
        out.writeInt(type.baseTypmod());
    }

    private static void attribute(DataOutput out, PgType.Attribute attribute) throws IOException {
        writeString(out, attribute.name());
        type(out, attribute.type());
        out.writeInt(attribute.typmod());
    }
}

package io.nanosync.flink.pg.source.split;

import io.nanosync.flink.pg.client.SnapshotIdentity;
import io.nanosync.flink.pg.client.TableFile;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.Reached;
import io.nanosync.flink.pg.wal.Timeline;
import io.nanosync.flink.pg.wal.WalPlace;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The binary form of the values that state is made of. What is written here is read by every later
 * version: a change of it is a new version of the serializers that use it.
 */
public final class StateFormat {

    private StateFormat() {}

    /** Writes one value. */
    @FunctionalInterface
    public interface Writer<T> {
        void write(DataOutput out, T value) throws IOException;
    }

    /** Reads one value. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(DataInput in) throws IOException;
    }

    /** A count, then the values. */
    public static <T> void writeList(DataOutput out, List<T> values, Writer<T> writer)
            throws IOException {
        out.writeInt(values.size());
        for (T value : values) {
            writer.write(out, value);
        }
    }

    /** See {@link #writeList}. */
    public static <T> List<T> readList(DataInput in, Reader<T> reader) throws IOException {
        int size = in.readInt();
        List<T> values = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            values.add(reader.read(in));
        }
        return List.copyOf(values);
    }

    /** Whether there is a value, then the value. */
    public static <T> void writeNullable(DataOutput out, @Nullable T value, Writer<T> writer)
            throws IOException {
        out.writeBoolean(value != null);
        if (value != null) {
            writer.write(out, value);
        }
    }

    /** See {@link #writeNullable}. */
    public static <T> @Nullable T readNullable(DataInput in, Reader<T> reader) throws IOException {
        return in.readBoolean() ? reader.read(in) : null;
    }

    /** Length in bytes, then UTF-8; unlike {@code writeUTF} of any length. */
    public static void writeString(DataOutput out, String value) throws IOException {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** See {@link #writeString}. */
    public static String readString(DataInput in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Writes a timeline. */
    public static void writeTimeline(DataOutput out, Timeline timeline) throws IOException {
        out.writeLong(timeline.systemIdentifier());
        out.writeInt(timeline.number());
        writeNullable(out, timeline.begin(), StateFormat::writeLsn);
    }

    /** Reads a timeline: versions before 7 know its number alone. */
    public static Timeline readTimeline(int version, DataInput in) throws IOException {
        long systemIdentifier = in.readLong();
        int number = in.readInt();
        return version < 7
                ? Timeline.numbered(systemIdentifier, number)
                : new Timeline(systemIdentifier, number, readNullable(in, StateFormat::readLsn));
    }

    /** Writes a place. */
    public static void writePlace(DataOutput out, WalPlace place) throws IOException {
        writeTimeline(out, place.timeline());
        writeLsn(out, place.lsn());
        writeList(
                out,
                place.reached(),
                (o, reached) -> {
                    writeTimeline(o, reached.timeline());
                    writeLsn(o, reached.lsn());
                });
    }

    /** Reads a place, of state from version 7 on. */
    public static WalPlace readPlace(int version, DataInput in) throws IOException {
        return new WalPlace(
                readTimeline(version, in),
                readLsn(in),
                readList(in, i -> new Reached(readTimeline(version, i), readLsn(i))));
    }

    /** 8 bytes. */
    public static void writeLsn(DataOutput out, Lsn lsn) throws IOException {
        out.writeLong(lsn.value());
    }

    /** See {@link #writeLsn}. */
    public static Lsn readLsn(DataInput in) throws IOException {
        return new Lsn(in.readLong());
    }

    /** Block and offset. */
    public static void writeTid(DataOutput out, Tid tid) throws IOException {
        out.writeLong(tid.block());
        out.writeInt(tid.offset());
    }

    /** See {@link #writeTid}. */
    public static Tid readTid(DataInput in) throws IOException {
        return new Tid(in.readLong(), in.readInt());
    }

    /** An exported snapshot. */
    public static void writeSnapshot(DataOutput out, SnapshotIdentity snapshot) throws IOException {
        writeString(out, snapshot.id());
        writeString(out, snapshot.contents());
        writeString(out, snapshot.postmasterStart());
        out.writeLong(snapshot.systemIdentifier());
    }

    /** See {@link #writeSnapshot}. */
    public static SnapshotIdentity readSnapshot(DataInput in) throws IOException {
        return new SnapshotIdentity(readString(in), readString(in), readString(in), in.readLong());
    }

    /** A table file. */
    public static void writeFile(DataOutput out, TableFile file) throws IOException {
        out.writeInt(file.oid());
        writeName(out, file.name());
        out.writeInt(file.fileNode());
        out.writeLong(file.blocks());
        out.writeLong(file.estimatedRows());
    }

    /** See {@link #writeFile}. */
    public static TableFile readFile(DataInput in) throws IOException {
        return new TableFile(
                in.readInt(), readName(in), in.readInt(), in.readLong(), in.readLong());
    }

    /** A table's schema as version 1 of splits and of the enumerator's state has it. */
    public static TableSchema readTable(DataInput in) throws IOException {
        return new TableSchema(
                in.readInt(),
                readName(in),
                ReplicaIdentity.of((char) in.readByte()),
                readList(in, StateFormat::readColumn),
                readList(in, StateFormat::readString));
    }

    /** Writes a table's name. */
    public static void writeName(DataOutput out, QualifiedName name) throws IOException {
        writeString(out, name.schema());
        writeString(out, name.name());
    }

    /** Reads a table's name. */
    public static QualifiedName readName(DataInput in) throws IOException {
        return new QualifiedName(readString(in), readString(in));
    }

    private static Column readColumn(DataInput in) throws IOException {
        return new Column(
                readString(in),
                readType(in),
                in.readInt(),
                readString(in),
                in.readBoolean(),
                in.readBoolean());
    }

    private static PgType readType(DataInput in) throws IOException {
        return new PgType(
                in.readInt(),
                readString(in),
                PgType.Kind.valueOf(readString(in)),
                readNullable(in, StateFormat::readType),
                in.readChar(),
                readList(in, StateFormat::readAttribute),
                in.readBoolean(),
                in.readInt());
    }

    private static PgType.Attribute readAttribute(DataInput in) throws IOException {
        return new PgType.Attribute(readString(in), readType(in), in.readInt());
    }
}

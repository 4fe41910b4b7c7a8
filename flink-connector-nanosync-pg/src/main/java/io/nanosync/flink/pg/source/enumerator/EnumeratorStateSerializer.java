package io.nanosync.flink.pg.source.enumerator;

import static io.nanosync.flink.pg.source.split.StateFormat.readList;
import static io.nanosync.flink.pg.source.split.StateFormat.readNullable;
import static io.nanosync.flink.pg.source.split.StateFormat.writeList;
import static io.nanosync.flink.pg.source.split.StateFormat.writeNullable;

import io.nanosync.flink.pg.client.SnapshotIdentity;
import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.source.enumerator.snapshot.LostSnapshot;
import io.nanosync.flink.pg.source.enumerator.snapshot.ReadEarlier;
import io.nanosync.flink.pg.source.enumerator.snapshot.RunningStream;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotCursor;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import io.nanosync.flink.pg.source.split.PackedCapture;
import io.nanosync.flink.pg.source.split.Packer;
import io.nanosync.flink.pg.source.split.PgSplitSerializer;
import io.nanosync.flink.pg.source.split.StateFormat;
import io.nanosync.flink.pg.source.split.StreamSplit;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.SnapshotBoundary;
import io.nanosync.flink.pg.wal.Timeline;
import io.nanosync.flink.pg.wal.WalPlace;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** The binary form of the enumerator's state. */
public final class EnumeratorStateSerializer implements SimpleVersionedSerializer<EnumeratorState> {

    private static final int STARTING = 0;
    private static final int SNAPSHOTTING = 1;
    private static final int HANDING_OVER = 2;
    private static final int STREAMING = 3;
    private static final int RESTARTING = 4;

    private static final int VERSION = 7;

    /** Streams of earlier versions don't say how many snapshots there were; this many weren't. */
    private static final int EPOCHS_BEFORE_5 = 1 << 16;

    private final PgSplitSerializer splits = new PgSplitSerializer();
    private final Packer<PackedCapture> captures = new Packer<>(PackedCapture::write);
    private final Packer<List<SnapshotPlan.TablePlan>> tablePlans =
            new Packer<>(PackedTablePlans::write);

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(EnumeratorState state) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(1024);
        if (state instanceof EnumeratorState.Starting) {
            out.writeByte(STARTING);
        } else if (state instanceof EnumeratorState.Snapshotting snapshotting) {
            out.writeByte(SNAPSHOTTING);
            writeSnapshotting(out, snapshotting);
        } else if (state instanceof EnumeratorState.HandingOver handingOver) {
            out.writeByte(HANDING_OVER);
            writeStream(out, handingOver.stream());
        } else if (state instanceof EnumeratorState.Streaming streaming) {
            out.writeByte(STREAMING);
            writeStream(out, streaming.stream());
        } else if (state instanceof EnumeratorState.Restarting restarting) {
            out.writeByte(RESTARTING);
            writeLost(out, restarting.lost());
        } else {
            throw new IllegalStateException("No binary form for " + state.getClass());
        }
        return out.getCopyOfBuffer();
    }

    @Override
    public EnumeratorState deserialize(int version, byte[] serialized) throws IOException {
        if (version < 1 || version > VERSION) {
            throw new IOException(
                    "Enumerator state of version "
                            + version
                            + " was written by a newer release; this one reads up to "
                            + VERSION);
        }
        DataInputDeserializer in = new DataInputDeserializer(serialized);
        EnumeratorState state = read(version, in);
        if (in.available() > 0) {
            throw new IOException(
                    "Enumerator state has "
                            + in.available()
                            + " bytes behind its end; it is damaged");
        }
        return state;
    }

    /** The versions differ in how they hold splits and plans. */
    private static EnumeratorState read(int version, DataInput in) throws IOException {
        int kind = in.readByte();
        return switch (kind) {
            case STARTING -> new EnumeratorState.Starting();
            case SNAPSHOTTING -> readSnapshotting(version, in);
            case HANDING_OVER ->
                    new EnumeratorState.HandingOver(
                            version < 5
                                    ? RunningStream.of(readSplit(version, in), EPOCHS_BEFORE_5)
                                    : readStream(version, in));
            case STREAMING ->
                    new EnumeratorState.Streaming(
                            version < 5 ? readStreamBefore5(version, in) : readStream(version, in));
            case RESTARTING -> new EnumeratorState.Restarting(readLost(version, in));
            default ->
                    throw new IOException(
                            "Enumerator state begins with "
                                    + kind
                                    + "; expected 0 to 4; it is damaged");
        };
    }

    private static StreamSplit readSplit(int version, DataInput in) throws IOException {
        return (StreamSplit) PgSplitSerializer.read(version, in);
    }

    private void writeStream(DataOutput out, RunningStream stream) throws IOException {
        writeNullable(out, stream.waiting(), splits::write);
        writeList(
                out,
                stream.tables(),
                (o, table) -> {
                    o.writeInt(table.oid());
                    writeNullable(o, table.name(), StateFormat::writeName);
                });
        out.writeInt(stream.epoch());
        out.writeInt(stream.extension());
        writeList(out, stream.granted(), PgSplitSerializer::writeExtension);
        writeList(out, stream.requests(), StateFormat::writeString);
    }

    private static RunningStream readStream(int version, DataInput in) throws IOException {
        return new RunningStream(
                readNullable(in, i -> readSplit(version, i)),
                readList(
                        in,
                        i ->
                                new RunningStream.Table(
                                        i.readInt(), readNullable(i, StateFormat::readName))),
                in.readInt(),
                in.readInt(),
                readList(in, i -> PgSplitSerializer.readExtension(version, i)),
                readList(in, StateFormat::readString));
    }

    private static RunningStream readStreamBefore5(int version, DataInput in) throws IOException {
        return new RunningStream(
                readNullable(in, i -> readSplit(version, i)),
                readList(in, i -> new RunningStream.Table(i.readInt(), null)),
                EPOCHS_BEFORE_5,
                0,
                List.of(),
                List.of());
    }

    private void writeSnapshotting(DataOutput out, EnumeratorState.Snapshotting state)
            throws IOException {
        writePlan(out, state.plan());
        out.writeInt(state.cursor().table());
        out.writeInt(state.cursor().file());
        out.writeLong(state.cursor().next());
        writeList(out, state.waiting(), splits::write);
        writeList(out, state.held(), StateFormat::writeString);
        writeList(out, state.begunEarlier(), DataOutput::writeInt);
    }

    private void writePlan(DataOutput out, SnapshotPlan plan) throws IOException {
        StateFormat.writeTimeline(out, plan.timeline());
        out.writeInt(plan.epoch());
        StateFormat.writeSnapshot(out, plan.snapshot());
        StateFormat.writeLsn(out, plan.consistentPoint());
        writeNullable(out, plan.end(), StateFormat::writeLsn);
        out.writeLong(plan.blocksPerSplit());
        out.writeInt(plan.workers());
        writeNullable(out, plan.earlier(), EnumeratorStateSerializer::writeEarlier);
        captures.write(out, new PackedCapture(plan.schemas(), plan.contract()));
        tablePlans.write(out, plan.tables());
        writeNullable(
                out,
                plan.extended(),
                (o, extended) -> {
                    writeStream(o, extended.stream());
                    writeList(o, extended.removed(), DataOutput::writeInt);
                    writeList(o, extended.again(), StateFormat::writeName);
                    StateFormat.writePlace(o, extended.place());
                });
    }

    /** Its tables are the first of the plan's. */
    private static void writeEarlier(DataOutput out, ReadEarlier earlier) throws IOException {
        StateFormat.writeLsn(out, earlier.streamStart());
        out.writeBoolean(earlier.ownSlot());
        out.writeInt(earlier.tables().size());
        writeList(out, earlier.boundaries(), PgSplitSerializer::writeBoundary);
    }

    /** What is in state of it, without the tables. */
    private record Earlier(
            Lsn streamStart, boolean ownSlot, int tables, List<SnapshotBoundary> boundaries) {

        static Earlier read(int version, DataInput in) throws IOException {
            return new Earlier(
                    StateFormat.readLsn(in),
                    in.readBoolean(),
                    in.readInt(),
                    readList(in, i -> PgSplitSerializer.readBoundary(version, i)));
        }

        ReadEarlier with(List<TableSchema> schemas) {
            return new ReadEarlier(streamStart, ownSlot, schemas.subList(0, tables), boundaries);
        }
    }

    private void writeLost(DataOutput out, LostSnapshot lost) throws IOException {
        writePlan(out, lost.plan());
        writeList(out, List.copyOf(lost.begun()), DataOutput::writeInt);
        writeList(out, List.copyOf(lost.finished()), DataOutput::writeInt);
    }

    /** Versions before 4 read everything again that was begun. */
    private static LostSnapshot readLost(int version, DataInput in) throws IOException {
        SnapshotPlan plan = readPlan(version, in);
        Set<Integer> begun = new LinkedHashSet<>(readList(in, DataInput::readInt));
        Set<Integer> finished =
                version < 4 ? Set.of() : new LinkedHashSet<>(readList(in, DataInput::readInt));
        return new LostSnapshot(plan, finished, begun);
    }

    private static EnumeratorState readSnapshotting(int version, DataInput in) throws IOException {
        return new EnumeratorState.Snapshotting(
                readPlan(version, in),
                new SnapshotCursor.Position(in.readInt(), in.readInt(), in.readLong()),
                readList(in, i -> PgSplitSerializer.read(version, i)),
                readList(in, StateFormat::readString),
                readList(in, DataInput::readInt));
    }

    private static SnapshotPlan readPlan(int version, DataInput in) throws IOException {
        Timeline timeline = StateFormat.readTimeline(version, in);
        int epoch = in.readInt();
        SnapshotIdentity snapshot = StateFormat.readSnapshot(in);
        Lsn consistentPoint = StateFormat.readLsn(in);
        Lsn end = version < 4 ? null : readNullable(in, StateFormat::readLsn);
        long blocksPerSplit = in.readLong();
        int workers = in.readInt();
        Earlier before = version < 4 ? null : readNullable(in, i -> Earlier.read(version, i));
        ReadEarlier earlier = null;
        CaptureContract contract = null;
        List<SnapshotPlan.TablePlan> tables;
        if (version == 1) {
            tables = readList(in, EnumeratorStateSerializer::readTablePlan);
        } else {
            PackedCapture capture = PackedCapture.read(version, in);
            contract = capture.contract();
            List<TableSchema> schemas = capture.tables();
            if (before != null) {
                earlier = before.with(schemas);
                schemas = schemas.subList(earlier.tables().size(), schemas.size());
            }
            tables =
                    version < 4
                            ? readTablePlansByCtid(in, schemas)
                            : PackedTablePlans.read(in, schemas);
        }
        SnapshotPlan.Extended extended =
                version < 5
                        ? null
                        : readNullable(
                                in,
                                i ->
                                        new SnapshotPlan.Extended(
                                                readStream(version, i),
                                                readList(i, DataInput::readInt),
                                                readList(i, StateFormat::readName),
                                                version < 7
                                                        ? WalPlace.at(
                                                                timeline, StateFormat.readLsn(i))
                                                        : StateFormat.readPlace(version, i)));
        return new SnapshotPlan(
                timeline,
                epoch,
                snapshot,
                consistentPoint,
                end,
                blocksPerSplit,
                workers,
                tables,
                earlier,
                contract,
                extended);
    }

    private static List<SnapshotPlan.TablePlan> readTablePlansByCtid(
            DataInput in, List<TableSchema> schemas) throws IOException {
        List<SnapshotPlan.TablePlan> tables = new ArrayList<>();
        for (TableSchema schema : schemas) {
            tables.add(readTablePlanByCtid(in, schema));
        }
        return List.copyOf(tables);
    }

    /** Versions before 4 divide by ctid only. */
    private static SnapshotPlan.TablePlan readTablePlanByCtid(DataInput in, TableSchema schema)
            throws IOException {
        return new SnapshotPlan.TablePlan(
                schema,
                new Partitioning.Ctid(),
                readList(in, i -> SnapshotPlan.FilePlan.byBlocks(StateFormat.readFile(i))),
                in.readLong());
    }

    /** Version 1. */
    private static SnapshotPlan.TablePlan readTablePlan(DataInput in) throws IOException {
        return readTablePlanByCtid(in, StateFormat.readTable(in));
    }
}

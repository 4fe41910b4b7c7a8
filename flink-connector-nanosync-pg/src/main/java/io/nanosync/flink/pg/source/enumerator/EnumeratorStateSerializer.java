package io.nanosync.flink.pg.source.enumerator;

import static io.nanosync.flink.pg.source.split.StateFormat.readList;
import static io.nanosync.flink.pg.source.split.StateFormat.readNullable;
import static io.nanosync.flink.pg.source.split.StateFormat.writeList;
import static io.nanosync.flink.pg.source.split.StateFormat.writeNullable;

import io.nanosync.flink.pg.client.SnapshotIdentity;
import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotCursor;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import io.nanosync.flink.pg.source.split.CapturePacker;
import io.nanosync.flink.pg.source.split.PackedCapture;
import io.nanosync.flink.pg.source.split.PgSplitSerializer;
import io.nanosync.flink.pg.source.split.StateFormat;
import io.nanosync.flink.pg.source.split.StreamSplit;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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

    private static final int VERSION = 4;

    private final PgSplitSerializer splits = new PgSplitSerializer();
    private final CapturePacker captures = new CapturePacker();
    private final TablePlanPacker tablePlans = new TablePlanPacker();

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
            splits.write(out, handingOver.stream());
        } else if (state instanceof EnumeratorState.Streaming streaming) {
            out.writeByte(STREAMING);
            writeNullable(out, streaming.waiting(), splits::write);
            writeList(out, streaming.tables(), DataOutput::writeInt);
        } else if (state instanceof EnumeratorState.Restarting restarting) {
            out.writeByte(RESTARTING);
            writePlan(out, restarting.lost());
            writeList(out, restarting.begun(), DataOutput::writeInt);
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
            case HANDING_OVER -> new EnumeratorState.HandingOver(readStream(version, in));
            case STREAMING ->
                    new EnumeratorState.Streaming(
                            readNullable(in, i -> readStream(version, i)),
                            readList(in, DataInput::readInt));
            case RESTARTING ->
                    new EnumeratorState.Restarting(
                            readPlan(version, in), readList(in, DataInput::readInt));
            default ->
                    throw new IOException(
                            "Enumerator state begins with "
                                    + kind
                                    + "; expected 0 to 4; it is damaged");
        };
    }

    private static StreamSplit readStream(int version, DataInput in) throws IOException {
        return (StreamSplit) PgSplitSerializer.read(version, in);
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
        out.writeLong(plan.systemIdentifier());
        out.writeInt(plan.timeline());
        out.writeInt(plan.epoch());
        StateFormat.writeSnapshot(out, plan.snapshot());
        StateFormat.writeLsn(out, plan.consistentPoint());
        writeNullable(out, plan.end(), StateFormat::writeLsn);
        out.writeLong(plan.blocksPerSplit());
        out.writeInt(plan.workers());
        captures.write(out, new PackedCapture(plan.schemas(), plan.contract()));
        tablePlans.write(out, plan.tables());
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
        long systemIdentifier = in.readLong();
        int timeline = in.readInt();
        int epoch = in.readInt();
        SnapshotIdentity snapshot = StateFormat.readSnapshot(in);
        Lsn consistentPoint = StateFormat.readLsn(in);
        Lsn end = version < 4 ? null : readNullable(in, StateFormat::readLsn);
        long blocksPerSplit = in.readLong();
        int workers = in.readInt();
        CaptureContract contract = null;
        List<SnapshotPlan.TablePlan> tables;
        if (version == 1) {
            tables = readList(in, EnumeratorStateSerializer::readTablePlan);
        } else {
            PackedCapture capture = PackedCapture.read(version, in);
            contract = capture.contract();
            tables =
                    version < 4
                            ? readTablePlansByCtid(in, capture.tables())
                            : TablePlanPacker.read(in, capture.tables());
        }
        return new SnapshotPlan(
                systemIdentifier,
                timeline,
                epoch,
                snapshot,
                consistentPoint,
                end,
                blocksPerSplit,
                workers,
                tables,
                contract);
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

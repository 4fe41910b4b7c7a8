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

    private static final int CTID = 0;
    private static final int NTILE = 1;
    private static final int MINMAX = 2;

    private static final int VERSION = 4;

    private final PgSplitSerializer splits = new PgSplitSerializer();
    private final CapturePacker plans = new CapturePacker();

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
        plans.write(out, new PackedCapture(plan.schemas(), plan.contract()));
        for (SnapshotPlan.TablePlan table : plan.tables()) {
            writePartitioning(out, table.partitioning());
            writeList(out, table.files(), EnumeratorStateSerializer::writeFilePlan);
            out.writeLong(table.estimatedRows());
        }
    }

    private static void writePartitioning(DataOutput out, Partitioning partitioning)
            throws IOException {
        out.writeByte(
                partitioning instanceof Partitioning.Ctid
                        ? CTID
                        : partitioning instanceof Partitioning.Ntile ? NTILE : MINMAX);
        if (partitioning instanceof Partitioning.ByColumn byColumn) {
            StateFormat.writeString(out, byColumn.column());
        }
    }

    private static Partitioning readPartitioning(DataInput in) throws IOException {
        int kind = in.readByte();
        return switch (kind) {
            case CTID -> new Partitioning.Ctid();
            case NTILE -> new Partitioning.Ntile(StateFormat.readString(in));
            case MINMAX -> new Partitioning.Minmax(StateFormat.readString(in));
            default ->
                    throw new IOException(
                            "How a table is divided begins in state with "
                                    + kind
                                    + "; expected 0 to 2; it is damaged");
        };
    }

    private static void writeFilePlan(DataOutput out, SnapshotPlan.FilePlan file)
            throws IOException {
        StateFormat.writeFile(out, file.file());
        writeList(out, file.ranges(), StateFormat::writeString);
    }

    private static SnapshotPlan.FilePlan readFilePlan(DataInput in) throws IOException {
        return new SnapshotPlan.FilePlan(
                StateFormat.readFile(in), readList(in, StateFormat::readString));
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
            tables = readTablePlans(version, in, capture.tables());
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

    private static List<SnapshotPlan.TablePlan> readTablePlans(
            int version, DataInput in, List<TableSchema> schemas) throws IOException {
        List<SnapshotPlan.TablePlan> tables = new ArrayList<>();
        for (TableSchema schema : schemas) {
            tables.add(
                    version < 4
                            ? readTablePlanByCtid(in, schema)
                            : new SnapshotPlan.TablePlan(
                                    schema,
                                    readPartitioning(in),
                                    readList(in, EnumeratorStateSerializer::readFilePlan),
                                    in.readLong()));
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

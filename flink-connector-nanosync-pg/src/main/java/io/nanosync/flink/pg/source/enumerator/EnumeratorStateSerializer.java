package io.nanosync.flink.pg.source.enumerator;

import static io.nanosync.flink.pg.source.split.StateFormat.readList;
import static io.nanosync.flink.pg.source.split.StateFormat.readNullable;
import static io.nanosync.flink.pg.source.split.StateFormat.writeList;
import static io.nanosync.flink.pg.source.split.StateFormat.writeNullable;

import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotCursor;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import io.nanosync.flink.pg.source.split.PgSplitSerializer;
import io.nanosync.flink.pg.source.split.StateFormat;
import io.nanosync.flink.pg.source.split.StreamSplit;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
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

    @Override
    public int getVersion() {
        return 1;
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
            PgSplitSerializer.write(out, handingOver.stream());
        } else if (state instanceof EnumeratorState.Streaming streaming) {
            out.writeByte(STREAMING);
            writeNullable(out, streaming.waiting(), PgSplitSerializer::write);
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
        if (version != 1) {
            throw new IOException(
                    "Enumerator state of version "
                            + version
                            + " was written by a newer release; this one reads up to 1");
        }
        DataInputDeserializer in = new DataInputDeserializer(serialized);
        EnumeratorState state = readVersion1(in);
        if (in.available() > 0) {
            throw new IOException(
                    "Enumerator state has "
                            + in.available()
                            + " bytes behind its end; it is damaged");
        }
        return state;
    }

    private static EnumeratorState readVersion1(DataInput in) throws IOException {
        int kind = in.readByte();
        return switch (kind) {
            case STARTING -> new EnumeratorState.Starting();
            case SNAPSHOTTING -> readSnapshotting(in);
            case HANDING_OVER -> new EnumeratorState.HandingOver(readStream(in));
            case STREAMING ->
                    new EnumeratorState.Streaming(
                            readNullable(in, EnumeratorStateSerializer::readStream),
                            readList(in, DataInput::readInt));
            case RESTARTING ->
                    new EnumeratorState.Restarting(readPlan(in), readList(in, DataInput::readInt));
            default ->
                    throw new IOException(
                            "Enumerator state begins with "
                                    + kind
                                    + "; expected 0 to 4; it is damaged");
        };
    }

    private static StreamSplit readStream(DataInput in) throws IOException {
        return (StreamSplit) PgSplitSerializer.readVersion1(in);
    }

    private static void writeSnapshotting(DataOutput out, EnumeratorState.Snapshotting state)
            throws IOException {
        writePlan(out, state.plan());
        out.writeInt(state.cursor().table());
        out.writeInt(state.cursor().file());
        out.writeLong(state.cursor().block());
        writeList(out, state.waiting(), PgSplitSerializer::write);
        writeList(out, state.held(), StateFormat::writeString);
        writeList(out, state.begunEarlier(), DataOutput::writeInt);
    }

    private static void writePlan(DataOutput out, SnapshotPlan plan) throws IOException {
        out.writeLong(plan.systemIdentifier());
        out.writeInt(plan.timeline());
        out.writeInt(plan.epoch());
        StateFormat.writeSnapshot(out, plan.snapshot());
        StateFormat.writeLsn(out, plan.consistentPoint());
        out.writeLong(plan.blocksPerSplit());
        out.writeInt(plan.workers());
        writeList(out, plan.tables(), EnumeratorStateSerializer::writeTablePlan);
    }

    private static EnumeratorState readSnapshotting(DataInput in) throws IOException {
        return new EnumeratorState.Snapshotting(
                readPlan(in),
                new SnapshotCursor.Position(in.readInt(), in.readInt(), in.readLong()),
                readList(in, PgSplitSerializer::readVersion1),
                readList(in, StateFormat::readString),
                readList(in, DataInput::readInt));
    }

    private static SnapshotPlan readPlan(DataInput in) throws IOException {
        return new SnapshotPlan(
                in.readLong(),
                in.readInt(),
                in.readInt(),
                StateFormat.readSnapshot(in),
                StateFormat.readLsn(in),
                in.readLong(),
                in.readInt(),
                readList(in, EnumeratorStateSerializer::readTablePlan));
    }

    private static void writeTablePlan(DataOutput out, SnapshotPlan.TablePlan table)
            throws IOException {
        StateFormat.writeTable(out, table.schema());
        writeList(out, table.files(), StateFormat::writeFile);
        out.writeLong(table.estimatedRows());
    }

    private static SnapshotPlan.TablePlan readTablePlan(DataInput in) throws IOException {
        return new SnapshotPlan.TablePlan(
                StateFormat.readTable(in), readList(in, StateFormat::readFile), in.readLong());
    }
}

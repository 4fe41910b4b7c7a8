package io.nanosync.flink.pg.source.enumerator;

import static io.nanosync.flink.pg.source.split.StateFormat.writeList;
import static io.nanosync.flink.pg.source.split.StateFormat.writeNullable;

import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import io.nanosync.flink.pg.source.split.EarlierSplits;
import io.nanosync.flink.pg.source.split.StateFormat;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Objects;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * Writes the enumerator's state as a release before this one did, and has it read as this one reads
 * it. What the version can't hold is left out, as that release didn't know it.
 */
public final class EarlierStates implements SimpleVersionedSerializer<EnumeratorCheckpoint> {

    private final int version;
    private final EarlierSplits splits;
    private final EnumeratorCheckpointSerializer now = new EnumeratorCheckpointSerializer();

    public EarlierStates(int version) {
        this.version = version;
        this.splits = new EarlierSplits(version);
    }

    @Override
    public int getVersion() {
        return version;
    }

    @Override
    public EnumeratorCheckpoint deserialize(int of, byte[] serialized) throws IOException {
        return now.deserialize(of, serialized);
    }

    @Override
    public byte[] serialize(EnumeratorCheckpoint checkpoint) throws IOException {
        EnumeratorState state = checkpoint.state();
        DataOutputSerializer out = new DataOutputSerializer(1024);
        if (state instanceof EnumeratorState.Starting) {
            out.writeByte(0);
        } else if (state instanceof EnumeratorState.Snapshotting snapshotting) {
            out.writeByte(1);
            snapshotting(out, snapshotting);
        } else if (state instanceof EnumeratorState.HandingOver handingOver) {
            out.writeByte(2);
            splits.write(out, Objects.requireNonNull(handingOver.stream().waiting()));
        } else if (state instanceof EnumeratorState.Streaming streaming) {
            out.writeByte(3);
            writeNullable(out, streaming.stream().waiting(), splits::write);
            writeList(out, streaming.stream().oids(), DataOutput::writeInt);
        } else {
            throw new IllegalStateException("No earlier form for " + state.getClass());
        }
        return out.getCopyOfBuffer();
    }

    private void snapshotting(DataOutput out, EnumeratorState.Snapshotting state)
            throws IOException {
        plan(out, state.plan());
        out.writeInt(state.cursor().table());
        out.writeInt(state.cursor().file());
        out.writeLong(state.cursor().next());
        writeList(out, state.waiting(), splits::write);
        writeList(out, state.held(), StateFormat::writeString);
        writeList(out, state.begunEarlier(), DataOutput::writeInt);
    }

    private void plan(DataOutput out, SnapshotPlan plan) throws IOException {
        EarlierSplits.timeline(out, plan.timeline());
        out.writeInt(plan.epoch());
        StateFormat.writeSnapshot(out, plan.snapshot());
        StateFormat.writeLsn(out, plan.consistentPoint());
        out.writeLong(plan.blocksPerSplit());
        out.writeInt(plan.workers());
        if (version == 1) {
            writeList(
                    out,
                    plan.tables(),
                    (o, table) -> {
                        EarlierSplits.table(o, table.schema());
                        tablePlan(o, table);
                    });
            return;
        }
        splits.capture(out, plan.schemas(), plan.contract());
        for (SnapshotPlan.TablePlan table : plan.tables()) {
            tablePlan(out, table);
        }
    }

    private static void tablePlan(DataOutput out, SnapshotPlan.TablePlan table) throws IOException {
        writeList(out, table.files(), (o, file) -> StateFormat.writeFile(o, file.file()));
        out.writeLong(table.estimatedRows());
    }
}

package io.nanosync.flink.pg.source.enumerator;

import static io.nanosync.flink.pg.source.split.StateFormat.readList;
import static io.nanosync.flink.pg.source.split.StateFormat.readNullable;
import static io.nanosync.flink.pg.source.split.StateFormat.readString;
import static io.nanosync.flink.pg.source.split.StateFormat.writeList;
import static io.nanosync.flink.pg.source.split.StateFormat.writeNullable;
import static io.nanosync.flink.pg.source.split.StateFormat.writeString;

import io.nanosync.flink.pg.source.enumerator.server.Lineage;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.UUID;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.jspecify.annotations.Nullable;

/**
 * The binary form of what a checkpoint holds of the enumerator: lineage, version of the state's
 * form, state. Up to version 7 it was the state alone, in a form of that version.
 */
public final class EnumeratorCheckpointSerializer
        implements SimpleVersionedSerializer<EnumeratorCheckpoint> {

    private static final int VERSION = 8;

    private final EnumeratorStateSerializer states = new EnumeratorStateSerializer();

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(EnumeratorCheckpoint checkpoint) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(1024);
        writeNullable(out, checkpoint.lineage(), EnumeratorCheckpointSerializer::writeLineage);
        out.writeInt(states.getVersion());
        out.write(states.serialize(checkpoint.state()));
        return out.getCopyOfBuffer();
    }

    @Override
    public EnumeratorCheckpoint deserialize(int version, byte[] serialized) throws IOException {
        if (version < VERSION) {
            return new EnumeratorCheckpoint(states.deserialize(version, serialized), null);
        }
        if (version > VERSION) {
            throw new IOException(
                    "Enumerator checkpoint of version "
                            + version
                            + " was written by a newer release; this one reads up to "
                            + VERSION);
        }
        DataInputDeserializer in = new DataInputDeserializer(serialized);
        @Nullable Lineage lineage = readNullable(in, EnumeratorCheckpointSerializer::readLineage);
        int stateVersion = in.readInt();
        byte[] state = new byte[in.available()];
        in.readFully(state);
        return new EnumeratorCheckpoint(states.deserialize(stateVersion, state), lineage);
    }

    /**
     * Reads what Flink keeps in a checkpoint of a source's coordinator: a version of its own, the
     * version of the form, length and bytes.
     */
    public static EnumeratorCheckpoint ofCoordinator(byte[] coordinator) throws IOException {
        DataInputDeserializer in = new DataInputDeserializer(coordinator);
        in.readInt();
        int version = in.readInt();
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return new EnumeratorCheckpointSerializer().deserialize(version, bytes);
    }

    private static void writeLineage(DataOutput out, Lineage lineage) throws IOException {
        writeTaken(out, lineage.taken());
        writeString(out, lineage.checkpoint());
        writeList(out, lineage.from(), EnumeratorCheckpointSerializer::writeTaken);
    }

    private static void writeTaken(DataOutput out, Lineage.Taken taken) throws IOException {
        out.writeLong(taken.run().getMostSignificantBits());
        out.writeLong(taken.run().getLeastSignificantBits());
        out.writeLong(taken.number());
    }

    private static Lineage readLineage(DataInput in) throws IOException {
        return new Lineage(
                readTaken(in),
                readString(in),
                readList(in, EnumeratorCheckpointSerializer::readTaken));
    }

    private static Lineage.Taken readTaken(DataInput in) throws IOException {
        return new Lineage.Taken(new UUID(in.readLong(), in.readLong()), in.readLong());
    }
}

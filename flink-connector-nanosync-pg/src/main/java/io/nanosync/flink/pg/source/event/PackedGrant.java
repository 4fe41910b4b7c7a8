package io.nanosync.flink.pg.source.event;

import io.nanosync.flink.pg.source.event.PgSourceEvent.StreamGranted;
import io.nanosync.flink.pg.source.split.PgSplitSerializer;
import io.nanosync.flink.pg.source.split.StateFormat;
import io.nanosync.flink.pg.source.split.StreamExtension;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * A {@link StreamGranted} on its way, in the form that extensions have in state: ten thousand
 * tables have to fit into one message of Flink's.
 */
final class PackedGrant implements Serializable {

    private static final long serialVersionUID = 1L;

    private final byte[] extensions;

    PackedGrant(List<StreamExtension> extensions) {
        DataOutputSerializer out = new DataOutputSerializer(64);
        try {
            StateFormat.writeList(out, extensions, PgSplitSerializer::writeExtension);
        } catch (IOException e) {
            throw new IllegalStateException("Writing to memory failed", e);
        }
        this.extensions = out.getCopyOfBuffer();
    }

    private Object readResolve() throws InvalidObjectException {
        DataInputDeserializer in = new DataInputDeserializer(extensions);
        try {
            return new StreamGranted(
                    StateFormat.readList(
                            in,
                            i -> PgSplitSerializer.readExtension(PgSplitSerializer.VERSION, i)));
        } catch (IOException e) {
            throw (InvalidObjectException)
                    new InvalidObjectException("Extensions of a stream are damaged").initCause(e);
        }
    }
}

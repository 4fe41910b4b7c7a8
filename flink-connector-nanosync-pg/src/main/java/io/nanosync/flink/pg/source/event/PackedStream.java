package io.nanosync.flink.pg.source.event;

import io.nanosync.flink.pg.source.event.PgSourceEvent.StreamHeld;
import io.nanosync.flink.pg.source.split.PgSplitSerializer;
import io.nanosync.flink.pg.source.split.StreamSplit;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.Serializable;

/** A {@link StreamHeld} on its way, in the form that a stream has in state. */
final class PackedStream implements Serializable {

    private static final long serialVersionUID = 1L;

    private final byte[] stream;

    PackedStream(StreamSplit stream) {
        try {
            this.stream = new PgSplitSerializer().serialize(stream);
        } catch (IOException e) {
            throw new IllegalStateException("Writing to memory failed", e);
        }
    }

    private Object readResolve() throws InvalidObjectException {
        try {
            return new StreamHeld(
                    (StreamSplit)
                            new PgSplitSerializer().deserialize(PgSplitSerializer.VERSION, stream));
        } catch (IOException e) {
            throw (InvalidObjectException)
                    new InvalidObjectException("A stream that a reader holds is damaged")
                            .initCause(e);
        }
    }
}

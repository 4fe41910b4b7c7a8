package io.nanosync.flink.pg.client.jdbc;

import java.nio.ByteBuffer;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyOut;

/** Reads what COPY gives in binary form, one COPY at a time. */
final class CopyReader {

    private final Session session;
    private @Nullable CopyOut copy;

    CopyReader(Session session) {
        this.session = session;
    }

    /** Starts a COPY of what a query gives. */
    void start(String query) throws SQLException {
        forget();
        copy =
                session.connection()
                        .getCopyAPI()
                        .copyOut("COPY (" + query + ") TO STDOUT (FORMAT binary)");
    }

    /** What was started isn't read any further. */
    void forget() {
        copy = null;
    }

    /** Whether a COPY was started that hasn't been read to its end and hasn't failed. */
    boolean isReading() {
        return copy != null;
    }

    /** The next message; null at the end. */
    @Nullable ByteBuffer next() throws SQLException {
        CopyOut reading = copy;
        if (reading == null) {
            throw new IllegalStateException("No COPY was started, or it has ended");
        }
        byte[] message;
        try {
            message = reading.readFromCopy();
        } catch (SQLException | OutOfMemoryError e) {
            forget();
            throw e;
        }
        if (message == null) {
            forget();
            return null;
        }
        return ByteBuffer.wrap(message);
    }
}

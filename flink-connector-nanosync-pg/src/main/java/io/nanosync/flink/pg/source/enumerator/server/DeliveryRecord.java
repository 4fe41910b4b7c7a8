package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.source.state.StateFile;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.IOException;
import java.time.Instant;
import java.util.Properties;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The record in the state directory that a checkpoint has completed behind rows of a pipeline that
 * has a slot: its sink has them, and there is state to go on from. As long as the slot stands where
 * it was made nothing on the server tells that.
 */
final class DeliveryRecord {

    private final @Nullable Path path;
    private final SourceConfig config;

    /** The record of a pipeline; without a state directory there is none. */
    DeliveryRecord(SourceConfig config) {
        this.path =
                config.stateDir() == null
                        ? null
                        : new Path(config.stateDir(), "delivered.properties");
        this.config = config;
    }

    /**
     * When rows of the pipeline's slot were first delivered, as it was recorded; null when they
     * weren't.
     */
    @Nullable String since(long systemIdentifier) throws IOException {
        if (path == null || !path.getFileSystem().exists(path)) {
            return null;
        }
        Properties recorded = StateFile.read(path);
        boolean ours =
                config.slot().equals(recorded.getProperty("slot"))
                        && config.connection().database().equals(recorded.getProperty("database"))
                        && String.valueOf(systemIdentifier)
                                .equals(recorded.getProperty("system_identifier"));
        return ours ? recorded.getProperty("recorded") : null;
    }

    /**
     * Rows were delivered; does nothing without a state directory.
     *
     * @param snapshot where the snapshot lies that they are of
     */
    void write(long systemIdentifier, Lsn snapshot) throws IOException {
        if (path == null) {
            return;
        }
        Properties written = new Properties();
        written.setProperty("slot", config.slot());
        written.setProperty("database", config.connection().database());
        written.setProperty("system_identifier", String.valueOf(systemIdentifier));
        written.setProperty("snapshot", snapshot.toString());
        written.setProperty("recorded", Instant.now().toString());
        StateFile.record(path, written, "Rows of this slot were delivered with a checkpoint");
    }

    /** The pipeline begins anew, with a slot of its own. */
    void withdraw() throws IOException {
        if (path != null) {
            path.getFileSystem().delete(path, false);
        }
    }
}

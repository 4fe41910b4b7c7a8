package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.IOException;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The record in the state directory that a checkpoint has completed behind rows of a pipeline that
 * has a slot: its sink has them, and there is state to go on from. As long as the slot stands where
 * it was made nothing on the server tells that.
 */
final class DeliveryRecord {

    private final PipelineRecord record;
    private final SourceConfig config;

    /** The record of a pipeline; without a state directory there is none. */
    DeliveryRecord(SourceConfig config) {
        this.record =
                new PipelineRecord(
                        config,
                        "delivered.properties",
                        "Rows of this slot were delivered with a checkpoint");
        this.config = config;
    }

    private Map<String, String> slot(long systemIdentifier) {
        return Map.of(
                "slot", config.slot(),
                "database", config.connection().database(),
                "system_identifier", String.valueOf(systemIdentifier));
    }

    /**
     * When rows of the pipeline's slot were first delivered, as it was recorded; null when they
     * weren't.
     */
    @Nullable String since(long systemIdentifier) throws IOException {
        Properties recorded = record.read(slot(systemIdentifier));
        return recorded == null ? null : recorded.getProperty(PipelineRecord.RECORDED);
    }

    /**
     * Rows were delivered; does nothing without a state directory.
     *
     * @param snapshot where the snapshot lies that they are of
     */
    void write(long systemIdentifier, Lsn snapshot) throws IOException {
        record.write(slot(systemIdentifier), Map.of("snapshot", snapshot.toString()));
    }

    /** The pipeline begins anew, with a slot of its own. */
    void withdraw() throws IOException {
        record.delete();
    }
}

package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.Remnant;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.IOException;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The record in the state directory that says which slot and publication this pipeline creates, and
 * where it did: so that a slot found later without any checkpoint is known to be ours, and one made
 * by hand is never dropped.
 */
final class IntentFile {

    /** Where the slot was made; not there yet between intent and act. */
    private static final String MADE_AT = "consistent_point";

    /** Where a slot was found that may be the one that was to be made. */
    private static final String FOUND_AT = "found_at";

    private final PipelineRecord record;
    private final SourceConfig config;

    /** The intent of a pipeline; without a state directory nothing is ever known to be ours. */
    IntentFile(SourceConfig config) {
        this.record =
                new PipelineRecord(
                        config,
                        "intent.properties",
                        "The slot that this pipeline asked for, and where it was made or found");
        this.config = config;
    }

    private Map<String, String> intent(long systemIdentifier) {
        return Map.of(
                "pipeline", config.pipeline(),
                "slot", config.slot(),
                "publication", config.publication(),
                "database", config.connection().database(),
                "system_identifier", String.valueOf(systemIdentifier));
    }

    /**
     * What is known of the slot that an earlier run was about to make; null when none says that it
     * was. One that died before it could say more leaves it untold.
     */
    @Nullable AskedSlot asked(long systemIdentifier) throws IOException {
        Properties recorded = record.read(intent(systemIdentifier));
        if (recorded == null) {
            return null;
        }
        String madeAt = recorded.getProperty(MADE_AT);
        if (madeAt != null) {
            return new AskedSlot.Made(Lsn.parse(madeAt));
        }
        String foundAt = recorded.getProperty(FOUND_AT);
        return foundAt == null ? new AskedSlot.Untold() : new AskedSlot.Found(Lsn.parse(foundAt));
    }

    /**
     * A slot that was made by this pipeline where its configuration doesn't lead any more; null
     * when none is known.
     */
    @Nullable Remnant elsewhere(long systemIdentifier) throws IOException {
        Properties other = record.read();
        if (other == null || PipelineRecord.isAbout(other, intent(systemIdentifier))) {
            return null;
        }
        return other.getProperty(MADE_AT) == null
                ? null
                : new Remnant(
                        Remnant.Kind.SLOT,
                        other.getProperty("slot", ""),
                        Remnant.Fate.OUT_OF_REACH,
                        "this pipeline made it in database \""
                                + other.getProperty("database")
                                + "\" of the server with system identifier "
                                + other.getProperty("system_identifier")
                                + ", which isn't what it is configured for now");
    }

    /** Records the intent; does nothing without a state directory. */
    void record(long systemIdentifier) throws IOException {
        write(systemIdentifier, Map.of());
    }

    /** Records where the slot was made; does nothing without a state directory. */
    void recordMade(long systemIdentifier, Lsn consistentPoint) throws IOException {
        write(systemIdentifier, Map.of(MADE_AT, consistentPoint.toString()));
    }

    /**
     * Records where a slot stands that may be the one that was to be made; does nothing without a
     * state directory.
     */
    void recordFound(long systemIdentifier, Lsn at) throws IOException {
        write(systemIdentifier, Map.of(FOUND_AT, at.toString()));
    }

    /** No slot was made after all: one that is found later is somebody else's. */
    void withdraw() throws IOException {
        record.delete();
    }

    private void write(long systemIdentifier, Map<String, String> where) throws IOException {
        record.write(intent(systemIdentifier), where);
    }
}

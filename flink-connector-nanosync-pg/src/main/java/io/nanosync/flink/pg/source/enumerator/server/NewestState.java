package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import java.io.IOException;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The record in the state directory of the newest state with which a checkpoint has completed. What
 * came since an older one would come a second time, and as long as the slot stands still nothing on
 * the server tells: while a snapshot is read, and between a checkpoint and its confirmation.
 *
 * <p>Only who holds the pipeline's lock asks and writes it. Without a state directory there is
 * none.
 */
public final class NewestState {

    private static final Logger LOG = LoggerFactory.getLogger(NewestState.class);

    private final PipelineRecord record;
    private final SourceConfig config;

    public NewestState(SourceConfig config) {
        this.record =
                new PipelineRecord(
                        config,
                        "newest-state.properties",
                        "The newest state of the pipeline: older ones are refused");
        this.config = config;
    }

    private Map<String, String> pipeline() {
        return Map.of(
                "pipeline", config.pipeline(),
                "slot", config.slot(),
                "database", config.connection().database());
    }

    /**
     * Whether a state follows the newest that is recorded, so that a start from it isn't refused;
     * true when none is.
     *
     * @throws PgException when the record is damaged
     */
    public boolean isFollowedBy(Lineage lineage) throws IOException {
        Properties newest = recorded();
        return newest == null || lineage.follows(taken(newest));
    }

    /**
     * Looks whether a state may be taken up.
     *
     * @param restored null for one of a version that has no lineage
     * @throws PgException when it doesn't follow the newest
     */
    void require(@Nullable Lineage restored) throws IOException {
        Properties newest = recorded();
        if (newest == null) {
            return;
        }
        if (restored == null) {
            throw refused(
                    newest,
                    "The state that is being restored was written by a former version, which"
                            + " doesn't say what it comes from, and pipeline "
                            + config.pipeline()
                            + " has another state since. If the former version has gone on behind"
                            + " it, delete the record that is named below. Recorded is ");
        }
        if (!restored.follows(taken(newest))) {
            throw refused(
                    newest,
                    "The state that is being restored ("
                            + restored.checkpoint()
                            + ") is older than the newest one of pipeline "
                            + config.pipeline()
                            + ": ");
        }
    }

    /**
     * A checkpoint has completed with this state, or the pipeline goes on from it. Does nothing
     * where that is recorded, or another job has gone on from elsewhere, which has the lock now.
     */
    void record(Lineage state) throws IOException {
        Properties newest = recorded();
        if (newest == null) {
            write(state);
            return;
        }
        Lineage.Taken taken = taken(newest);
        if (!state.follows(taken)) {
            LOG.warn(
                    "{} has {} of another job, which comes not from this one's {}: it is left",
                    record,
                    newest.getProperty("checkpoint"),
                    state.checkpoint());
        } else if (!state.taken().equals(taken)) {
            write(state);
        }
    }

    /** The pipeline begins without state: none that is there goes before its own. */
    void withdraw() throws IOException {
        if (recorded() == null) {
            return;
        }
        record.delete();
        if (recorded() != null) {
            throw new IOException("Cannot delete " + record + ", which is of a former life");
        }
    }

    private @Nullable Properties recorded() throws IOException {
        Properties recorded;
        try {
            recorded = record.read();
        } catch (IllegalArgumentException e) {
            throw damaged(e.getMessage());
        }
        if (recorded == null) {
            return null;
        }
        if (recorded.getProperty("pipeline") == null) {
            throw damaged("it names no pipeline");
        }
        return PipelineRecord.isAbout(recorded, pipeline()) ? recorded : null;
    }

    private Lineage.Taken taken(Properties recorded) throws PgException {
        try {
            return new Lineage.Taken(
                    UUID.fromString(recorded.getProperty("run", "")),
                    Long.parseLong(recorded.getProperty("number", "")));
        } catch (IllegalArgumentException e) {
            throw damaged(e.getMessage());
        }
    }

    private PgException damaged(@Nullable String why) {
        return PgException.needsPerson(
                record
                        + " is damaged: "
                        + why
                        + ". It says which state of pipeline "
                        + config.pipeline()
                        + " is the newest; when you know that it is the one that is being restored,"
                        + " delete the file and start again");
    }

    private void write(Lineage state) throws IOException {
        record.write(
                pipeline(),
                Map.of(
                        "run", state.taken().run().toString(),
                        "number", String.valueOf(state.taken().number()),
                        "checkpoint", state.checkpoint()));
    }

    private PgException refused(Properties newest, String what) {
        return PgException.needsPerson(
                what
                        + newest.getProperty("checkpoint")
                        + ", recorded at "
                        + newest.getProperty(PipelineRecord.RECORDED)
                        + ". What came since would come a second time. Start from that checkpoint"
                        + " or savepoint, or from a later one. If the sink was set back as well,"
                        + " delete "
                        + record
                        + " and start again. "
                        + FreshSnapshot.remedy(config));
    }
}

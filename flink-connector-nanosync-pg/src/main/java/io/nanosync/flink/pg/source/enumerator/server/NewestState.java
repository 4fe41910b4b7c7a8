package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.source.state.StateFile;
import java.io.IOException;
import java.time.Instant;
import java.util.Properties;
import java.util.UUID;
import org.apache.flink.core.fs.Path;
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
final class NewestState {

    private static final Logger LOG = LoggerFactory.getLogger(NewestState.class);

    private static final String FILE = "newest-state.properties";

    private final @Nullable Path path;
    private final SourceConfig config;

    NewestState(SourceConfig config) {
        this.path = config.stateDir() == null ? null : new Path(config.stateDir(), FILE);
        this.config = config;
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
                    path,
                    newest.getProperty("checkpoint"),
                    state.checkpoint());
        } else if (!state.taken().equals(taken)) {
            write(state);
        }
    }

    /** The pipeline begins without state: none that is there goes before its own. */
    void withdraw() throws IOException {
        if (path == null || recorded() == null) {
            return;
        }
        path.getFileSystem().delete(path, false);
        if (path.getFileSystem().exists(path)) {
            throw new IOException("Cannot delete " + path + ", which is of a former life");
        }
    }

    private @Nullable Properties recorded() throws IOException {
        if (path == null || !path.getFileSystem().exists(path)) {
            return null;
        }
        Properties recorded = read(path);
        if (recorded.getProperty("pipeline") == null) {
            throw damaged("it names no pipeline");
        }
        boolean ours =
                config.pipeline().equals(recorded.getProperty("pipeline"))
                        && config.slot().equals(recorded.getProperty("slot"))
                        && config.connection().database().equals(recorded.getProperty("database"));
        return ours ? recorded : null;
    }

    private Properties read(Path from) throws IOException {
        try {
            return StateFile.read(from);
        } catch (IllegalArgumentException e) {
            throw damaged(e.getMessage());
        }
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
                path
                        + " is damaged: "
                        + why
                        + ". It says which state of pipeline "
                        + config.pipeline()
                        + " is the newest; when you know that it is the one that is being restored,"
                        + " delete the file and start again");
    }

    private void write(Lineage state) throws IOException {
        if (path == null) {
            return;
        }
        Properties written = new Properties();
        written.setProperty("pipeline", config.pipeline());
        written.setProperty("slot", config.slot());
        written.setProperty("database", config.connection().database());
        written.setProperty("run", state.taken().run().toString());
        written.setProperty("number", String.valueOf(state.taken().number()));
        written.setProperty("checkpoint", state.checkpoint());
        written.setProperty("recorded", Instant.now().toString());
        StateFile.record(path, written, "The newest state of the pipeline: older ones are refused");
    }

    private PgException refused(Properties newest, String what) {
        return PgException.needsPerson(
                what
                        + newest.getProperty("checkpoint")
                        + ", recorded at "
                        + newest.getProperty("recorded")
                        + ". What came since would come a second time. Start from that checkpoint"
                        + " or savepoint, or from a later one. If the sink was set back as well,"
                        + " delete "
                        + path
                        + " and start again. "
                        + FreshSnapshot.remedy(config));
    }
}

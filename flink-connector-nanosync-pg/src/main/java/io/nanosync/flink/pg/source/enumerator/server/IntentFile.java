package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Properties;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The record in the state directory that says which slot and publication this pipeline creates, and
 * where it did: so that a slot found later without any checkpoint is known to be ours, and one made
 * by hand is never dropped.
 */
final class IntentFile {

    /** Where the slot was made; not there yet between intent and act. */
    private static final String MADE_AT = "consistent_point";

    private final @Nullable Path path;
    private final Properties intent = new Properties();

    /** The intent of a pipeline; without a state directory nothing is ever known to be ours. */
    IntentFile(SourceConfig config) {
        path = config.stateDir() == null ? null : new Path(config.stateDir(), "intent.properties");
        intent.setProperty("pipeline", config.pipeline());
        intent.setProperty("slot", config.slot());
        intent.setProperty("publication", config.publication());
        intent.setProperty("database", config.connection().database());
    }

    /**
     * Whether an earlier run was about to make the slot, and died before it could say that it had:
     * one that is there may be its own or somebody else's.
     */
    boolean isUntold(long systemIdentifier) throws IOException {
        Properties recorded = recorded(systemIdentifier);
        return recorded != null && recorded.getProperty(MADE_AT) == null;
    }

    /** Where an earlier run made the slot; null when none says that it did. */
    @Nullable Lsn madeAt(long systemIdentifier) throws IOException {
        Properties recorded = recorded(systemIdentifier);
        String madeAt = recorded == null ? null : recorded.getProperty(MADE_AT);
        return madeAt == null ? null : Lsn.parse(madeAt);
    }

    private @Nullable Properties recorded(long systemIdentifier) throws IOException {
        if (path == null) {
            return null;
        }
        FileSystem files = path.getFileSystem();
        if (!files.exists(path)) {
            return null;
        }
        Properties recorded = new Properties();
        try (FSDataInputStream in = files.open(path);
                Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            recorded.load(reader);
        }
        boolean ours =
                String.valueOf(systemIdentifier).equals(recorded.getProperty("system_identifier"))
                        && intent.stringPropertyNames().stream()
                                .allMatch(
                                        key ->
                                                intent.getProperty(key)
                                                        .equals(recorded.getProperty(key)));
        return ours ? recorded : null;
    }

    /** Records the intent; does nothing without a state directory. */
    void record(long systemIdentifier) throws IOException {
        write(systemIdentifier, null);
    }

    /** Records where the slot was made; does nothing without a state directory. */
    void recordMade(long systemIdentifier, Lsn consistentPoint) throws IOException {
        write(systemIdentifier, consistentPoint);
    }

    /** No slot was made after all: one that is found later is somebody else's. */
    void withdraw() throws IOException {
        if (path != null) {
            path.getFileSystem().delete(path, false);
        }
    }

    private void write(long systemIdentifier, @Nullable Lsn madeAt) throws IOException {
        if (path == null) {
            return;
        }
        Properties written = new Properties();
        written.putAll(intent);
        written.setProperty("system_identifier", String.valueOf(systemIdentifier));
        written.setProperty("recorded", Instant.now().toString());
        if (madeAt != null) {
            written.setProperty(MADE_AT, madeAt.toString());
        }
        FileSystem files = path.getFileSystem();
        files.mkdirs(path.getParent());
        try (Writer writer =
                new OutputStreamWriter(
                        files.create(path, FileSystem.WriteMode.OVERWRITE),
                        StandardCharsets.UTF_8)) {
            written.store(writer, "Written before the slot was created: this pipeline owns it");
        }
    }
}

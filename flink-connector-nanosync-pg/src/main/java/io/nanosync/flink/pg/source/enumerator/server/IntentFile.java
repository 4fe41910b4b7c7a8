package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.config.SourceConfig;
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
 * The record in the state directory that says which slot and publication this pipeline creates:
 * written before they are, so that a slot found later without any checkpoint is known to be ours,
 * and one made by hand is never dropped.
 */
final class IntentFile {

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

    /** Whether an earlier run recorded that it creates this very slot. */
    boolean isRecorded(long systemIdentifier) throws IOException {
        if (path == null) {
            return false;
        }
        FileSystem files = path.getFileSystem();
        if (!files.exists(path)) {
            return false;
        }
        Properties recorded = new Properties();
        try (FSDataInputStream in = files.open(path);
                Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            recorded.load(reader);
        }
        return String.valueOf(systemIdentifier).equals(recorded.getProperty("system_identifier"))
                && intent.stringPropertyNames().stream()
                        .allMatch(key -> intent.getProperty(key).equals(recorded.getProperty(key)));
    }

    /** Records the intent; does nothing without a state directory. */
    void record(long systemIdentifier) throws IOException {
        if (path == null) {
            return;
        }
        Properties written = new Properties();
        written.putAll(intent);
        written.setProperty("system_identifier", String.valueOf(systemIdentifier));
        written.setProperty("recorded", Instant.now().toString());
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

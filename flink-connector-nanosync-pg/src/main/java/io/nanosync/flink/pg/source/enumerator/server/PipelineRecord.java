package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.source.state.StateFile;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file in a pipeline's state directory that records something, beside the names of what it is
 * about: what is recorded of another slot or server says nothing of this one. Without a state
 * directory nothing is recorded.
 */
final class PipelineRecord {

    /** When it was recorded. */
    static final String RECORDED = "recorded";

    private final @Nullable Path path;
    private final String comment;

    /**
     * @param comment first line of the file
     */
    PipelineRecord(SourceConfig config, String file, String comment) {
        this.path = config.stateDir() == null ? null : new Path(config.stateDir(), file);
        this.comment = comment;
    }

    /**
     * What is recorded, whatever it is about; null when nothing is.
     *
     * @throws IllegalArgumentException when it can't have been written here
     */
    @Nullable Properties read() throws IOException {
        return path == null || !path.getFileSystem().exists(path) ? null : StateFile.read(path);
    }

    /** What is recorded about these; null when nothing is. */
    @Nullable Properties read(Map<String, String> about) throws IOException {
        Properties recorded = read();
        return recorded != null && isAbout(recorded, about) ? recorded : null;
    }

    /** Whether a record is about these. */
    static boolean isAbout(Properties recorded, Map<String, String> about) {
        return about.entrySet().stream()
                .allMatch(name -> name.getValue().equals(recorded.getProperty(name.getKey())));
    }

    /** Records something, in place of what was. */
    void write(Map<String, String> about, Map<String, String> what) throws IOException {
        if (path == null) {
            return;
        }
        Properties written = new Properties();
        written.putAll(about);
        written.putAll(what);
        written.setProperty(RECORDED, Instant.now().toString());
        StateFile.record(path, written, comment);
    }

    /** Nothing is recorded any more. */
    void delete() throws IOException {
        if (path != null) {
            path.getFileSystem().delete(path, false);
        }
    }

    /** Where the file is. */
    @Override
    public String toString() {
        return String.valueOf(path);
    }
}

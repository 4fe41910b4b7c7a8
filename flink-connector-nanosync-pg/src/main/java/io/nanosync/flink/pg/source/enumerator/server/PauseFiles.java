package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.drift.DriftReport;
import io.nanosync.flink.pg.source.state.StateFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a paused pipeline waits for, and what whoever operates it has accepted: files in its state
 * directory, named by the drift that they are about. So what is accepted is just that drift, and a
 * file that is left behind is of none that comes again.
 */
public final class PauseFiles {

    private static final Logger LOG = LoggerFactory.getLogger(PauseFiles.class);

    private static final String PAUSED = ".paused";
    private static final String ACCEPTED = ".accepted";

    private final @Nullable Path folder;

    /** Those of a pipeline; one without a state directory has none. */
    public PauseFiles(SourceConfig config) {
        folder = config.stateDir() == null ? null : new Path(config.stateDir(), "drift");
    }

    /** What it waits for; empty when it isn't paused, or has just been started. */
    public List<DriftReport> waiting() throws IOException {
        List<DriftReport> waiting = new ArrayList<>();
        for (Path file : files(PAUSED)) {
            Properties pause = StateFile.read(file);
            String name = file.getName();
            waiting.add(
                    new DriftReport(
                            name.substring(0, name.length() - PAUSED.length()),
                            pause.getProperty("table", ""),
                            pause.getProperty("text", ""),
                            Boolean.parseBoolean(pause.getProperty("acceptable"))));
        }
        return waiting;
    }

    /** Accepts a drift. */
    public void accept(DriftReport report) throws IOException {
        Properties accepted = new Properties();
        accepted.setProperty("table", report.table());
        write(report.drift() + ACCEPTED, accepted, "A changed schema that was accepted");
    }

    /** Says what the pipeline waits for, unless that is said. */
    void pause(DriftReport report) throws IOException {
        if (folder != null
                && folder.getFileSystem().exists(new Path(folder, report.drift() + PAUSED))) {
            return;
        }
        Properties text = new Properties();
        text.setProperty("table", report.table());
        text.setProperty("text", report.text());
        text.setProperty("acceptable", Boolean.toString(report.acceptable()));
        write(report.drift() + PAUSED, text, "What the pipeline waits for");
    }

    private void write(String name, Properties contents, String comment) throws IOException {
        if (folder == null) {
            throw new IllegalStateException("There is no state directory to write into");
        }
        StateFile.publish(new Path(folder, name), contents, comment);
    }

    /** Whether a drift was accepted, and can be: what it needs may have been dropped since. */
    boolean isAccepted(DriftReport report) throws IOException {
        return folder != null
                && report.acceptable()
                && folder.getFileSystem().exists(new Path(folder, report.drift() + ACCEPTED));
    }

    /** Removes all that is about these drifts, as far as that can be done. */
    void remove(Collection<String> drifts) {
        if (folder != null) {
            for (String drift : drifts) {
                remove(new Path(folder, drift + PAUSED));
                remove(new Path(folder, drift + ACCEPTED));
            }
        }
    }

    /** The stream goes on: what it waited for before, it says again when it comes there again. */
    void removePauses() {
        try {
            files(PAUSED).forEach(PauseFiles::remove);
        } catch (IOException e) {
            LOG.warn("Can't remove what says that the pipeline is paused: {}", e.toString());
        }
    }

    private List<Path> files(String suffix) throws IOException {
        List<Path> files = new ArrayList<>();
        if (folder != null && folder.getFileSystem().exists(folder)) {
            for (FileStatus file : folder.getFileSystem().listStatus(folder)) {
                if (file.getPath().getName().endsWith(suffix)) {
                    files.add(file.getPath());
                }
            }
        }
        return files;
    }

    private static void remove(Path file) {
        try {
            file.getFileSystem().delete(file, false);
        } catch (IOException e) {
            // It is of no drift that comes again.
            LOG.warn("Can't remove {}: {}", file, e.toString());
        }
    }
}

package io.nanosync.flink.jobs.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A temporary folder that is deleted when it is closed, or when the process ends before that. */
public final class TemporaryFolder implements AutoCloseable {

    private static final int SWEEPS = 4;
    private static final long SWEEP_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Path path;
    private final Cleanup cleanup;

    private TemporaryFolder(Path path) {
        this.path = path;
        this.cleanup = new Cleanup("delete-" + path.getFileName(), () -> delete(path));
    }

    /** Makes one. */
    public static TemporaryFolder create(String purpose) throws IOException {
        return new TemporaryFolder(Folders.temporary(purpose));
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** What still ends when the process is told to may make folders again for a moment. */
    private static void delete(Path path) {
        try {
            Folders.delete(path);
            for (int sweep = 1; sweep < SWEEPS; sweep++) {
                LockSupport.parkNanos(SWEEP_PAUSE_NANOS);
                Folders.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + path, e);
        }
    }

    @Override
    public void close() {
        cleanup.close();
    }
}

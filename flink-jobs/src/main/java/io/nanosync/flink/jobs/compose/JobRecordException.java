package io.nanosync.flink.jobs.compose;

import java.io.IOException;
import org.apache.flink.core.fs.Path;

/** A pipeline's {@link JobRecord} can't be understood. The message says which file it is. */
public final class JobRecordException extends IOException {

    private static final long serialVersionUID = 1L;

    JobRecordException(Path file, Exception cause) {
        super(file + " doesn't say where the pipeline runs. Remove that file", cause);
    }
}

package io.nanosync.flink.jobs.cluster;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A cluster can't be asked, or declines. The message says which and why. */
public final class ClusterException extends IOException {

    private static final long serialVersionUID = 1L;

    ClusterException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

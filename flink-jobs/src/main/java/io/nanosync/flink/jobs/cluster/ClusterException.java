package io.nanosync.flink.jobs.cluster;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A cluster can't be asked, or declines. The message says which and why. */
public final class ClusterException extends IOException {

    private static final long serialVersionUID = 1L;

    private final boolean certain;

    private ClusterException(String message, @Nullable Throwable cause, boolean certain) {
        super(message, cause);
        this.certain = certain;
    }

    /** The cluster hasn't done what was asked for: it declined, or wasn't reached. */
    static ClusterException notDone(String message, @Nullable Throwable cause) {
        return new ClusterException(message, cause, true);
    }

    /**
     * Nobody can say whether it was done: what came as an answer, if anything, isn't the cluster's.
     */
    static ClusterException unanswered(String message, @Nullable Throwable cause) {
        return new ClusterException(message, cause, false);
    }

    /** Whether what was asked for wasn't done, for certain. */
    boolean isCertain() {
        return certain;
    }
}

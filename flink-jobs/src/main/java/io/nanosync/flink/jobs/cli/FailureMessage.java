package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.pipeline.InvalidPipelinesFileException;
import io.nanosync.flink.pg.client.PgException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;
import org.apache.flink.util.SerializedThrowable;

/** The one message of an exception chain that a user needs. */
final class FailureMessage {

    private static final String OURS = "io.nanosync.";

    /** What this process does about a file system that it doesn't know. */
    private static final String PLUGINS =
            " This command looks for plugins in the folder that FLINK_PLUGINS_DIR names, and for"
                    + " their settings in FLINK_CONF_DIR.";

    private FailureMessage() {}

    /**
     * The message of the outermost exception of this project, which knows most of what was being
     * done; else of the root cause, with its class.
     */
    static String of(Throwable failure) {
        List<Throwable> chain = chain(failure);
        for (Throwable link : chain) {
            boolean ours =
                    link instanceof PgException
                            || link instanceof InvalidPipelinesFileException
                            || className(link).startsWith(OURS);
            if (ours && link.getMessage() != null) {
                return message(link);
            }
            if (link instanceof UnsupportedFileSystemSchemeException) {
                return message(link) + PLUGINS;
            }
        }
        Throwable root = chain.get(chain.size() - 1);
        String name = className(root);
        String message = message(root);
        return message.isEmpty()
                ? name
                : name.substring(name.lastIndexOf('.') + 1) + ": " + message;
    }

    private static List<Throwable> chain(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        Throwable link = failure;
        while (link != null && !chain.contains(link)) {
            chain.add(link);
            link = link.getCause();
        }
        return chain;
    }

    private static String className(Throwable link) {
        return link instanceof SerializedThrowable serialized
                ? serialized.getOriginalErrorClassName()
                : link.getClass().getName();
    }

    private static String message(Throwable link) {
        String message = link.getMessage();
        String prefix = className(link) + ": ";
        if (message == null) {
            return "";
        }
        return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    }
}

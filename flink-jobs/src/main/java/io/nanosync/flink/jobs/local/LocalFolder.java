package io.nanosync.flink.jobs.local;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Folders of this machine among Flink's URIs. */
public final class LocalFolder {

    private LocalFolder() {}

    /** The folder; null when it is on another file system. */
    public static @Nullable Path of(String uri) {
        org.apache.flink.core.fs.Path path = new org.apache.flink.core.fs.Path(uri);
        String scheme = path.toUri().getScheme();
        return scheme == null || scheme.equals("file") ? Path.of(path.getPath()) : null;
    }
}

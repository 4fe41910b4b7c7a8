package io.nanosync.flink.jobs.pipeline;

import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/**
 * The character set in which this process names files. Java takes it from the locale; in locale
 * {@code C}, which many containers have, it is ASCII.
 */
final class FileNameCharset {

    private static final Charset CHARSET =
            Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    private FileNameCharset() {}

    /** Why no file can have this name, and what mends it; null when one can. */
    static @Nullable String problemWith(String name) {
        return CHARSET.newEncoder().canEncode(name)
                ? null
                : "found \""
                        + name
                        + "\", but in the locale of this process files are named in "
                        + CHARSET
                        + ". Run it with the environment variable LC_ALL=C.UTF-8, or use ASCII"
                        + " letters";
    }
}

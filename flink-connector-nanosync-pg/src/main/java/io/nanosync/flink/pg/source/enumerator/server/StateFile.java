package io.nanosync.flink.pg.source.enumerator.server;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.UUID;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/** Small files in a pipeline's state directory, of which nobody sees half. */
final class StateFile {

    private StateFile() {}

    /**
     * Writes a file, in place of the one that may be there.
     *
     * @param comment its first line
     */
    static void write(Path path, Properties content, String comment) throws IOException {
        FileSystem files = path.getFileSystem();
        files.mkdirs(path.getParent());
        if (files.isDistributedFS()) {
            // An object is there when it has been written whole, and can't be renamed.
            write(files, path, FileSystem.WriteMode.OVERWRITE, content, comment);
            return;
        }
        Path part = new Path(path.getParent(), path.getName() + "." + UUID.randomUUID() + ".part");
        write(files, part, FileSystem.WriteMode.NO_OVERWRITE, content, comment);
        if (!files.rename(part, path)) {
            throw new IOException("Cannot rename " + part + " to " + path);
        }
    }

    private static void write(
            FileSystem files,
            Path path,
            FileSystem.WriteMode mode,
            Properties content,
            String comment)
            throws IOException {
        try (Writer writer =
                new OutputStreamWriter(files.create(path, mode), StandardCharsets.UTF_8)) {
            content.store(writer, comment);
        }
    }
}

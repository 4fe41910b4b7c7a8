package io.nanosync.flink.pg.source.enumerator.server;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.UUID;
import org.apache.flink.core.fs.FSDataInputStream;
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
    static void record(Path path, Properties content, String comment) throws IOException {
        FileSystem files = path.getFileSystem();
        if (files.isDistributedFS()) {
            // An object is there when it has been written whole, and can't be renamed.
            files.mkdirs(path.getParent());
            write(files, path, FileSystem.WriteMode.OVERWRITE, content, comment);
        } else {
            rename(files, writePart(files, path, content, comment), path);
        }
    }

    /**
     * Writes a file that somebody looks out for, in place of the one that may be there.
     *
     * @param comment its first line
     */
    static void publish(Path path, Properties content, String comment) throws IOException {
        FileSystem files = path.getFileSystem();
        Path part = writePart(files, path, content, comment);
        // Not every file system replaces a file by renaming another.
        files.delete(path, false);
        rename(files, part, path);
    }

    private static Path writePart(FileSystem files, Path path, Properties content, String comment)
            throws IOException {
        files.mkdirs(path.getParent());
        Path part = new Path(path.getParent(), path.getName() + "." + UUID.randomUUID() + ".part");
        write(files, part, FileSystem.WriteMode.NO_OVERWRITE, content, comment);
        return part;
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

    private static void rename(FileSystem files, Path part, Path path) throws IOException {
        if (!files.rename(part, path)) {
            throw new IOException("Cannot rename " + part + " to " + path);
        }
    }

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException when it can't have been written here
     */
    static Properties read(Path path) throws IOException {
        Properties content = new Properties();
        try (FSDataInputStream in = path.getFileSystem().open(path);
                Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            content.load(reader);
        }
        return content;
    }
}

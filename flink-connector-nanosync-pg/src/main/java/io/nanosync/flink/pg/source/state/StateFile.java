package io.nanosync.flink.pg.source.state;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/** Small files in a pipeline's state directory, of which nobody sees half. */
public final class StateFile {

    private StateFile() {}

    /** Writes a file, in place of the one that may be there. */
    public static void record(Path path, String text) throws IOException {
        FileSystem files = path.getFileSystem();
        if (files.isDistributedFS()) {
            // An object is there when it has been written whole, and can't be renamed.
            files.mkdirs(path.getParent());
            write(files, path, FileSystem.WriteMode.OVERWRITE, text);
        } else {
            rename(files, writePart(files, path, text), path);
        }
    }

    /**
     * Writes a file, in place of the one that may be there.
     *
     * @param comment its first line
     */
    public static void record(Path path, Properties content, String comment) throws IOException {
        record(path, text(content, comment));
    }

    /**
     * Writes a file that somebody looks out for, in place of the one that may be there.
     *
     * @param comment its first line
     */
    public static void publish(Path path, Properties content, String comment) throws IOException {
        FileSystem files = path.getFileSystem();
        Path part = writePart(files, path, text(content, comment));
        // Not every file system replaces a file by renaming another.
        files.delete(path, false);
        rename(files, part, path);
    }

    private static String text(Properties content, String comment) throws IOException {
        StringWriter text = new StringWriter();
        content.store(text, comment);
        return text.toString();
    }

    private static Path writePart(FileSystem files, Path path, String text) throws IOException {
        files.mkdirs(path.getParent());
        Path part = new Path(path.getParent(), path.getName() + "." + UUID.randomUUID() + ".part");
        write(files, part, FileSystem.WriteMode.NO_OVERWRITE, text);
        return part;
    }

    private static void write(FileSystem files, Path path, FileSystem.WriteMode mode, String text)
            throws IOException {
        try (OutputStream out = files.create(path, mode)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void rename(FileSystem files, Path part, Path path) throws IOException {
        if (!files.rename(part, path)) {
            throw new IOException("Cannot rename " + part + " to " + path);
        }
    }

    /** What a file holds; empty when there is none. */
    public static Optional<String> find(Path path) throws IOException {
        return path.getFileSystem().exists(path) ? Optional.of(text(path)) : Optional.empty();
    }

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException when it can't have been written here
     */
    public static Properties read(Path path) throws IOException {
        Properties content = new Properties();
        content.load(new StringReader(text(path)));
        return content;
    }

    private static String text(Path path) throws IOException {
        try (InputStream in = path.getFileSystem().open(path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

package io.nanosync.flink.pg.source.state;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Small files in a pipeline's state directory, of which nobody sees half. On a file system of this
 * machine others than the user and the group have no access to what is made here.
 */
public final class StateFile {

    private static final FileAttribute<Set<PosixFilePermission>> FOLDER = most("rwxrwx---");
    private static final FileAttribute<Set<PosixFilePermission>> FILE = most("rw-rw----");
    private static final Set<StandardOpenOption> NEW =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private StateFile() {}

    /** The process's umask takes away from it. */
    private static FileAttribute<Set<PosixFilePermission>> most(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    /** Writes a file, in place of the one that may be there. */
    public static void record(Path path, String text) throws IOException {
        FileSystem files = path.getFileSystem();
        if (files.isDistributedFS()) {
            // An object is there when it has been written whole, and can't be renamed.
            files.mkdirs(path.getParent());
            write(files.create(path, FileSystem.WriteMode.OVERWRITE), text);
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
        Path part = new Path(path.getParent(), path.getName() + "." + UUID.randomUUID() + ".part");
        java.nio.file.Path local = local(part);
        if (local == null) {
            files.mkdirs(part.getParent());
            write(files.create(part, FileSystem.WriteMode.NO_OVERWRITE), text);
        } else {
            Files.createDirectories(Objects.requireNonNull(local.getParent()), FOLDER);
            write(Channels.newOutputStream(Files.newByteChannel(local, NEW, FILE)), text);
        }
        return part;
    }

    private static void write(OutputStream file, String text) throws IOException {
        try (OutputStream out = file) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The same path on this machine; null when it isn't there, or knows no permissions. */
    private static java.nio.file.@Nullable Path local(Path path) {
        String scheme = path.toUri().getScheme();
        return (scheme == null || scheme.equals("file"))
                        && FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? java.nio.file.Path.of(path.getPath())
                : null;
    }

    private static void rename(FileSystem files, Path part, Path path) throws IOException {
        java.nio.file.Path local = local(part);
        if (local != null) {
            // Flink's way removes the former file first: a process that dies then has none.
            Files.move(local, java.nio.file.Path.of(path.getPath()), ATOMIC_MOVE);
            return;
        }
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

package io.nanosync.flink.jobs.local;

import io.nanosync.flink.jobs.compose.JobRecord.LocalProcess;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a second process away from a pipeline's state folder, of this machine or of another that
 * mounts it. Ends with the process, however that ends. A folder on another file system has none;
 * there the lock on the server holds alone.
 */
public final class StateLock implements AutoCloseable {

    private static final String FILE = "lock";

    private final @Nullable FileChannel channel;

    private StateLock(@Nullable FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock of a pipeline for as long as it runs.
     *
     * @throws StateFolderException when another has it, or the folder can't be used
     */
    public static StateLock take(Pipeline pipeline) throws StateFolderException {
        return take(pipeline, "");
    }

    /**
     * The same for a command that ends soon.
     *
     * @param command its name, for whoever is kept away
     */
    public static StateLock take(Pipeline pipeline, String command) throws StateFolderException {
        Path folder = LocalFolder.of(pipeline.stateDir());
        if (folder == null) {
            return new StateLock(null);
        }
        try {
            Folders.makeForGroup(folder);
            return take(pipeline, folder.resolve(FILE), command);
        } catch (IOException e) {
            throw new StateFolderException(
                    "Cannot use the state folder "
                            + folder
                            + " of pipeline "
                            + pipeline.name()
                            + ": "
                            + e,
                    e);
        }
    }

    private static StateLock take(Pipeline pipeline, Path file, String command)
            throws IOException, StateFolderException {
        FileChannel channel =
                FileChannel.open(
                        file,
                        Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE),
                        Folders.fileForGroup(file));
        FileLock lock = lock(channel);
        if (lock == null) {
            String holder = Files.readString(file).strip();
            channel.close();
            throw new StateFolderException(held(pipeline, file, holder), null);
        }
        LocalProcess own = LocalProcess.current();
        byte[] holder =
                (own.pid() + " " + own.host() + "\n" + command).getBytes(StandardCharsets.UTF_8);
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(holder), 0);
        return new StateLock(channel);
    }

    private static String held(Pipeline pipeline, Path file, String holder) {
        String process = holder.lines().findFirst().orElse("");
        String pid = process.replaceFirst("\\s.*", "");
        String machine = process.substring(pid.length()).strip();
        String which =
                (pid.isEmpty() ? "" : " as process " + pid)
                        + (machine.isEmpty() ? "" : " of " + machine)
                        + ": it holds "
                        + file;
        String command = holder.lines().skip(1).findFirst().orElse("");
        return command.isEmpty()
                ? "Pipeline "
                        + pipeline.name()
                        + " is already running"
                        + which
                        + ". Stop that one first"
                        + remedy(pid, machine)
                : "nanosync "
                        + command
                        + " of pipeline "
                        + pipeline.name()
                        + " is running"
                        + which
                        + ". Wait until it has ended";
    }

    /** How to stop the holder; its process id means nothing on another machine. */
    private static String remedy(String pid, String machine) {
        if (!machine.isEmpty() && !machine.equals(LocalProcess.current().host())) {
            return ", on " + machine;
        }
        return pid.isEmpty() ? "" : ", with: kill " + pid;
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}

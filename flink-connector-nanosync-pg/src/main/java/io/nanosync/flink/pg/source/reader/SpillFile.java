package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.columnar.ChangeSchema;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.Timeline;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Batches of changes on local disk: their encapsulated Arrow IPC messages, one behind the other.
 * The file has no name as long as it is open, where the file system allows that, so that nothing of
 * it is left when the process dies. Written by one thread, then read by another.
 */
final class SpillFile implements AutoCloseable {

    private final FileChannel channel;
    private final AtomicLong counted;
    private final Consumer<SpillFile> onClosed;
    private long bytes;

    private SpillFile(FileChannel channel, AtomicLong counted, Consumer<SpillFile> onClosed) {
        this.channel = channel;
        this.counted = counted;
        this.onClosed = onClosed;
    }

    /**
     * An empty file.
     *
     * @param counted bytes of all such files
     * @param onClosed is told once
     */
    static SpillFile create(Path folder, AtomicLong counted, Consumer<SpillFile> onClosed)
            throws IOException {
        Files.createDirectories(folder);
        Path file = Files.createTempFile(folder, "nanosync-transaction-", ".arrow");
        return new SpillFile(
                FileChannel.open(
                        file,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.DELETE_ON_CLOSE),
                counted,
                onClosed);
    }

    /** A batch in the file: what it is, and where its rows are. */
    record Stored(
            ChangeSchema schema,
            int rowCount,
            Lsn first,
            Lsn last,
            @Nullable Timeline timeline,
            long offset,
            int length) {}

    /** Appends a batch. */
    Stored append(ChangeBatch batch) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(batch.recordBatch());
        Stored stored =
                new Stored(
                        batch.schema(),
                        batch.rowCount(),
                        batch.first(),
                        batch.last(),
                        batch.timeline(),
                        bytes,
                        rest.remaining());
        while (rest.hasRemaining()) {
            int written = channel.write(rest, bytes);
            bytes += written;
            counted.addAndGet(written);
        }
        return stored;
    }

    /** Reads a batch. */
    ChangeBatch read(Stored stored) throws IOException {
        byte[] message = new byte[stored.length()];
        ByteBuffer rest = ByteBuffer.wrap(message);
        long at = stored.offset();
        while (rest.hasRemaining()) {
            int read = channel.read(rest, at);
            if (read < 0) {
                throw new EOFException("The file of a spilled transaction was cut short");
            }
            at += read;
        }
        return new ChangeBatch(
                stored.schema(),
                stored.rowCount(),
                stored.first(),
                stored.last(),
                stored.timeline(),
                false,
                false,
                message);
    }

    /** Removes the file. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            channel.close();
            counted.addAndGet(-bytes);
            onClosed.accept(this);
        }
    }
}

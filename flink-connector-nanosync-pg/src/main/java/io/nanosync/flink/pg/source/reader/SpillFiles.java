package io.nanosync.flink.pg.source.reader;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The files of transactions that a reader holds back, or has given and not emitted yet: a page may
 * be emitted when the fetcher that wrote its file is gone. Used by any thread.
 */
final class SpillFiles implements AutoCloseable {

    private final Path folder;
    private final AtomicLong bytes = new AtomicLong();
    private final Set<SpillFile> open = ConcurrentHashMap.newKeySet();

    /**
     * @param folder where files may be made
     */
    SpillFiles(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    /** A new file; it counts until it is closed. */
    SpillFile create() throws IOException {
        SpillFile file = SpillFile.create(folder, bytes, open::remove);
        open.add(file);
        return file;
    }

    /** How much is on disk. */
    long bytes() {
        return bytes.get();
    }

    /** Removes all that are left. */
    @Override
    public void close() throws IOException {
        for (SpillFile file : open) {
            file.close();
        }
    }
}

package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds back the batches of transactions until the last of them has ended: the first in memory,
 * what goes beyond on local disk. Used by the fetcher's thread; what {@link #end} gives is read by
 * the task's.
 */
final class HeldBatches implements AutoCloseable {

    /** Of one page; a few of them wait for the task at most. */
    static final long MEMORY_BYTES = 16 << 20;

    private final SpillFiles files;
    private final long memoryBytes;

    private List<ChangeBatch> inMemory = new ArrayList<>();
    private long heldBytes;
    private @Nullable SpillFile file;
    private List<SpillFile.Stored> inFile = new ArrayList<>();

    /**
     * @param files where what goes beyond is written
     * @param memoryBytes how much a page may hold in memory
     */
    HeldBatches(SpillFiles files, long memoryBytes) {
        this.files = files;
        this.memoryBytes = memoryBytes;
    }

    boolean isEmpty() {
        return inMemory.isEmpty() && inFile.isEmpty();
    }

    /** Holds these too. */
    void add(List<ChangeBatch> batches) throws IOException {
        for (ChangeBatch batch : batches) {
            if (file == null && heldBytes + batch.recordBatch().length <= memoryBytes) {
                inMemory.add(batch);
                heldBytes += batch.recordBatch().length;
            } else {
                spill(batch);
            }
        }
    }

    private void spill(ChangeBatch batch) throws IOException {
        try {
            SpillFile into = file;
            if (into == null) {
                into = files.create();
                file = into;
            }
            inFile.add(into.append(batch));
        } catch (IOException e) {
            throw new IOException(
                    "Cannot hold a transaction back in "
                            + files.folder()
                            + " until it ends, where it has "
                            + files.bytes()
                            + " bytes: "
                            + e.getMessage()
                            + ". batch_boundary_signaling needs room there for the largest"
                            + " transaction; io.tmp.dirs of Flink says where that is",
                    e);
        }
    }

    /**
     * The last transaction has ended: gives all that were held, and these, the last one marked.
     * Read them once and in order, and {@link WholeTransactions#close} them.
     */
    WholeTransactions end(List<ChangeBatch> last) throws IOException {
        add(last);
        WholeTransactions all = new WholeTransactions(inMemory, inFile, file);
        inMemory = new ArrayList<>();
        inFile = new ArrayList<>();
        heldBytes = 0;
        file = null;
        return all;
    }

    /** Lets go of all that are held. */
    void drop() throws IOException {
        SpillFile of = file;
        if (of != null) {
            of.close();
        }
        inMemory = new ArrayList<>();
        inFile = new ArrayList<>();
        heldBytes = 0;
        file = null;
    }

    /** Removes what is held; what was given is the task's. */
    @Override
    public void close() throws IOException {
        drop();
    }
}

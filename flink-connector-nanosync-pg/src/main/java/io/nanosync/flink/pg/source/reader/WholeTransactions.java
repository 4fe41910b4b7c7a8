package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.AbstractList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The batches of transactions that have ended, of which the last is marked. Those on disk are read
 * when they are asked for.
 */
final class WholeTransactions extends AbstractList<ChangeBatch> implements AutoCloseable {

    private final List<ChangeBatch> inMemory;
    private final List<SpillFile.Stored> inFile;
    private final @Nullable SpillFile file;

    WholeTransactions(
            List<ChangeBatch> inMemory, List<SpillFile.Stored> inFile, @Nullable SpillFile file) {
        this.inMemory = inMemory;
        this.inFile = inFile;
        this.file = file;
    }

    @Override
    public ChangeBatch get(int index) {
        ChangeBatch batch =
                index < inMemory.size() ? inMemory.get(index) : read(index - inMemory.size());
        return index == size() - 1 ? batch.endingTransaction() : batch;
    }

    private ChangeBatch read(int index) {
        SpillFile from = file;
        if (from == null) {
            throw new IndexOutOfBoundsException(index);
        }
        try {
            return from.read(inFile.get(index));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read a transaction that was held back", e);
        }
    }

    @Override
    public int size() {
        return inMemory.size() + inFile.size();
    }

    /** Removes what is on disk. */
    @Override
    public void close() throws IOException {
        SpillFile done = file;
        if (done != null) {
            done.close();
        }
    }
}

package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.columnar.ChangeBatchBuilder;
import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.relation.TableSchema;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Builders of the table whose splits are being read, kept from split to split: a new one would grow
 * its buffers from the start again. Thread-safe.
 */
final class SnapshotBuilders {

    private final Unrepresentable unrepresentable;
    private final Deque<ChangeBatchBuilder> idle = new ArrayDeque<>();
    private @Nullable TableSchema table;

    SnapshotBuilders(Unrepresentable unrepresentable) {
        this.unrepresentable = unrepresentable;
    }

    /** An empty builder for rows of the table, whose columns come behind the ctid. */
    ChangeBatchBuilder acquire(TableSchema wanted) {
        synchronized (this) {
            if (wanted.equals(table)) {
                ChangeBatchBuilder known = idle.poll();
                if (known != null) {
                    return known;
                }
            } else {
                table = wanted;
                idle.clear();
            }
        }
        ChangeBatchBuilder made = new ChangeBatchBuilder(wanted, unrepresentable);
        int[] indexes = new int[wanted.columns().size()];
        for (int i = 0; i < indexes.length; i++) {
            indexes[i] = i + 1;
        }
        made.columnIndexes(indexes);
        return made;
    }

    /** Gives an empty builder back; one that failed is left to the collector. */
    synchronized void release(TableSchema of, ChangeBatchBuilder builder) {
        if (of.equals(table)) {
            idle.push(builder);
        }
    }
}

package io.nanosync.flink.pg.source.reader;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Whether a reader has fetched as many rows of a table's snapshot as are wanted. A reader that
 * starts anew counts from the beginning, since rows that were fetched may not have been emitted
 * before; so at least as many come as are wanted, or all. Thread-safe.
 */
final class EnoughRows {

    private final @Nullable Long wanted;
    private final AtomicLong fetched = new AtomicLong();

    /**
     * @param wanted null for all
     */
    EnoughRows(@Nullable Long wanted) {
        this.wanted = wanted;
    }

    /** How many are enough; null for all. */
    @Nullable Long wanted() {
        return wanted;
    }

    void fetched(int rows) {
        fetched.addAndGet(rows);
    }

    boolean areFetched() {
        return wanted != null && fetched.get() >= wanted;
    }
}

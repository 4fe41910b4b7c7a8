package io.nanosync.flink.pg.source.reader;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads one split. Called by its fetcher's thread only. */
interface SplitWork extends AutoCloseable {

    /** Reads on for a while; returns in well under a second unless rows keep coming. */
    Step fetch() throws IOException;

    @Override
    void close();

    /**
     * What a fetch gave.
     *
     * @param fetched null when there is nothing yet
     * @param finished whether the split is at its end
     */
    record Step(@Nullable Fetched fetched, boolean finished) {
        static final Step NOTHING = new Step(null, false);
        static final Step END = new Step(null, true);
    }
}

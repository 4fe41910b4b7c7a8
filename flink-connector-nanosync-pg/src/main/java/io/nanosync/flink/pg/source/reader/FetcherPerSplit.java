package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.source.split.PgSplit;
import java.util.List;
import java.util.function.Supplier;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.source.reader.fetcher.SplitFetcher;
import org.apache.flink.connector.base.source.reader.fetcher.SplitFetcherManager;

/**
 * One fetcher, so one thread, for each split: a reader of parallelism 1 reads as many splits at a
 * time as it is given.
 */
final class FetcherPerSplit extends SplitFetcherManager<Fetched, PgSplit> {

    private final Runnable abort;

    /**
     * @param abort frees fetchers that are blocked on the network, when the reader closes
     */
    FetcherPerSplit(Supplier<PgSplitReader> readers, Configuration configuration, Runnable abort) {
        super(readers::get, configuration);
        this.abort = abort;
    }

    @Override
    public void addSplits(List<PgSplit> splits) {
        for (PgSplit split : splits) {
            SplitFetcher<Fetched, PgSplit> fetcher = createSplitFetcher();
            fetcher.addSplits(List.of(split));
            startFetcher(fetcher);
        }
    }

    @Override
    public void removeSplits(List<PgSplit> splits) {
        throw new UnsupportedOperationException("Splits end by themselves: " + splits);
    }

    @Override
    public synchronized void close(long timeoutMs) throws Exception {
        abort.run();
        super.close(timeoutMs);
    }
}

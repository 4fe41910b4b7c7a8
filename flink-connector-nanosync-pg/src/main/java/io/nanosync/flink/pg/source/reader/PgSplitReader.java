package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.columnar.DecodeException;
import io.nanosync.flink.pg.source.PipelineFailedException;
import io.nanosync.flink.pg.source.split.PgSplit;
import io.nanosync.flink.pg.wire.HeapTooSmallException;
import io.nanosync.flink.pg.wire.MalformedMessageException;
import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.jspecify.annotations.Nullable;

/** A fetcher's reader: holds one split in its life. */
final class PgSplitReader implements SplitReader<Fetched, PgSplit> {

    private static final long PAUSE_NANOS = 50_000_000;

    private final Function<PgSplit, SplitWork> works;
    private final String freshSnapshot;
    private @Nullable SplitWork work;
    private String splitId = "";
    private boolean paused;

    /**
     * @param works what is done for a split
     * @param freshSnapshot how a person gets a fresh snapshot
     */
    PgSplitReader(Function<PgSplit, SplitWork> works, String freshSnapshot) {
        this.works = works;
        this.freshSnapshot = freshSnapshot;
    }

    @Override
    public RecordsWithSplitIds<Fetched> fetch() throws IOException {
        if (work == null || paused) {
            LockSupport.parkNanos(PAUSE_NANOS);
            return FetchedRecords.nothing();
        }
        try {
            return FetchedRecords.of(splitId, work.fetch());
        } catch (DecodeException e) {
            throw e.isOfAlteredType()
                    ? new PipelineFailedException(e.getMessage() + ". " + freshSnapshot, e)
                    : PipelineFailedException.of(e);
        } catch (PgException | MalformedMessageException | HeapTooSmallException e) {
            throw PipelineFailedException.of(e);
        }
    }

    @Override
    public void handleSplitsChanges(SplitsChange<PgSplit> change) {
        if (!(change instanceof SplitsAddition) || change.splits().size() != 1 || work != null) {
            throw new IllegalStateException("A fetcher takes one split and no other: " + change);
        }
        PgSplit split = change.splits().get(0);
        splitId = split.splitId();
        work = works.apply(split);
    }

    /** Called by watermark alignment, on the fetcher's thread. */
    @Override
    public void pauseOrResumeSplits(Collection<PgSplit> toPause, Collection<PgSplit> toResume) {
        if (!toPause.isEmpty()) {
            paused = true;
        } else if (!toResume.isEmpty()) {
            paused = false;
        }
    }

    @Override
    public void wakeUp() {
        // A fetch returns by itself within a fraction of a second; one that is blocked on the
        // network is freed by close of the reader.
    }

    @Override
    public void close() {
        if (work != null) {
            work.close();
        }
    }
}

package io.nanosync.flink.pg.source.reader;

import java.util.Set;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.jspecify.annotations.Nullable;

/** At most one element of one split, in the form that Flink's reader base takes. */
final class FetchedRecords implements RecordsWithSplitIds<Fetched> {

    private @Nullable String nextSplit;
    private @Nullable Fetched nextElement;
    private final Set<String> finished;

    private FetchedRecords(
            @Nullable String splitId, @Nullable Fetched element, Set<String> finished) {
        this.nextSplit = element == null ? null : splitId;
        this.nextElement = element;
        this.finished = finished;
    }

    static FetchedRecords nothing() {
        return new FetchedRecords(null, null, Set.of());
    }

    static FetchedRecords of(String splitId, SplitWork.Step step) {
        return new FetchedRecords(
                splitId, step.fetched(), step.finished() ? Set.of(splitId) : Set.of());
    }

    @Override
    public @Nullable String nextSplit() {
        String split = nextSplit;
        nextSplit = null;
        return split;
    }

    @Override
    public @Nullable Fetched nextRecordFromSplit() {
        Fetched element = nextElement;
        nextElement = null;
        return element;
    }

    @Override
    public Set<String> finishedSplits() {
        return finished;
    }
}

package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.relation.drift.Drift;
import io.nanosync.flink.pg.relation.drift.DriftReport;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.metrics.Counter;
import org.jspecify.annotations.Nullable;

/**
 * In front of which drift a stream stands, and which it has passed. Used by its fetcher's thread.
 */
final class StreamDrifts {

    private final DriftApprovals approvals;
    private final Counter acceptedTotal;

    /** What the stream stands in front of; null while it goes on. */
    private @Nullable Drift met;

    /** What a person was told of it; null before. */
    private @Nullable DriftReport told;

    /** Accepted drifts whose schemas no page has brought to the task yet. */
    private final List<String> accepted = new ArrayList<>();

    /** Those whose schemas one has brought, and that nobody was told of yet. */
    private final List<String> given = new ArrayList<>();

    StreamDrifts(DriftApprovals approvals, Counter acceptedTotal) {
        this.approvals = approvals;
        this.acceptedTotal = acceptedTotal;
    }

    /** The stream has come to a drift, and reads no further. */
    void meet(Drift drift) {
        met = drift;
        told = null;
    }

    /** What it stands in front of; null while it goes on. */
    @Nullable Drift met() {
        return met;
    }

    /** A person is told. */
    void tell(DriftReport report) {
        told = report;
    }

    /** Whether a person was told, who hasn't accepted it. */
    boolean waits() {
        DriftReport report = told;
        return report != null && !(report.acceptable() && approvals.contain(report.drift()));
    }

    /** Whether a person has accepted it. */
    boolean isApproved(Drift drift) {
        return approvals.contain(drift.id());
    }

    /** The stream goes on behind it. */
    void accept(Drift drift) {
        accepted.add(drift.id());
        acceptedTotal.inc();
        forget();
    }

    /** The connection is gone: the stream comes to it again. */
    void forget() {
        met = null;
        told = null;
    }

    /** The stream goes back in front of those whose schemas no page has brought to the task. */
    void forgetNew() {
        accepted.clear();
    }

    /** Whether the task doesn't have the schemas of all drifts that were accepted. */
    boolean isNewToTask() {
        return !accepted.isEmpty();
    }

    /** A page with these schemas goes to the task. */
    void give() {
        given.addAll(accepted);
        accepted.clear();
    }

    /** Drifts whose schemas the task has since the last time; each is given once. */
    List<String> takeGiven() {
        List<String> taken = List.copyOf(given);
        given.clear();
        return taken;
    }
}

package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.wal.Lsn;
import java.util.List;

/**
 * Rows of a table that were taken back by a restart of its snapshot: all that was there to take up
 * to where the stream stood when it was read again, each once. Where that was is known as far as
 * checkpoints tell. When no change had come, not all rows need have been read.
 */
final class FormerReading {

    private final String name;
    private final Reading reading;
    private final Lsn next;
    private final ExpectedTable expected;
    private final Lsn streamed;

    /** All that committed before it was emitted, or is shown. */
    private final Lsn told;

    private int atLeast;

    /**
     * @param next where the snapshot was taken in whose favour the rows were taken back
     * @param streamed up to where the stream was then at the least
     */
    FormerReading(Life life, Reading reading, Lsn next, ExpectedTable expected, Lsn streamed) {
        this.name = life + ", before it was read again at " + next;
        this.reading = reading;
        this.next = next;
        this.expected = expected;
        this.streamed = streamed;
        List<ArrivedRow> changes = reading.changes();
        Lsn last = changes.isEmpty() ? new Lsn(0) : changes.get(changes.size() - 1).commitLsn();
        this.told = Lsn.max(streamed, last);
    }

    /** Whether it can be judged where nothing is known of what committed behind this. */
    boolean isBefore(Lsn until) {
        return !next.isAfter(until);
    }

    /** The next transaction. */
    void transaction(WitnessedTransaction transaction) {
        if (transaction.end().isAfter(next)) {
            return;
        }
        if (transaction.end().isAfter(told)
                && expected.view().mayShow(transaction.xid(), transaction.end())) {
            expected.untold(transaction);
        } else {
            expected.transaction(transaction);
        }
        if (!transaction.end().isAfter(streamed)) {
            atLeast = expected.changes().size();
        }
    }

    List<String> differences() {
        Comparison comparison = new Comparison(name);
        List<Lsn> points = reading.points();
        if (points.size() > 1) {
            comparison.report(
                    "snapshots that have rows in it", points.stream().map(Lsn::toString).toList());
        }
        List<RowEvent> rows =
                reading.rows().stream()
                        .filter(ArrivedRow::isSnapshotRow)
                        .map(ArrivedRow::event)
                        .filter(row -> !expected.isDoubtful(row))
                        .toList();
        if (reading.isStreamed()) {
            comparison.sameRows(expected.snapshot(), rows);
        } else {
            comparison.noOthers(expected.snapshot(), rows);
        }
        List<RowEvent> changes = reading.changes().stream().map(ArrivedRow::event).toList();
        int count = Math.min(Math.max(changes.size(), atLeast), expected.changes().size());
        List<RowEvent> first = expected.changes().subList(0, count);
        comparison.sameRows(first, changes);
        if (comparison.differences().isEmpty()) {
            comparison.sameOrder(first, changes);
        }
        return comparison.differences();
    }
}

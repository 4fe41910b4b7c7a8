package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.columnar.ChangeBatchBuilder;
import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.source.split.RestartSplit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/** Emits the truncates of a restarted snapshot, each once. */
final class RestartWork implements SplitWork {

    /** Batches of many tables take memory, and each holds its table's schema. */
    private static final int TABLES = 100;

    private RestartSplit split;
    private final IntSupplier stoppedEpoch;

    RestartWork(RestartSplit split, IntSupplier stoppedEpoch) {
        this.split = split;
        this.stoppedEpoch = stoppedEpoch;
    }

    @Override
    public Step fetch() {
        if (split.tables().isEmpty() || split.epoch() <= stoppedEpoch.getAsInt()) {
            return Step.END;
        }
        List<ChangeBatch> batches = new ArrayList<>();
        int number = Math.min(TABLES, split.tables().size());
        for (TableSchema table : split.tables().subList(0, number)) {
            ChangeBatchBuilder builder = new ChangeBatchBuilder(table, Unrepresentable.failing());
            builder.snapshotRestart(split.consistentPoint());
            batches.add(builder.build());
        }
        split = split.behind(number);
        return new Step(new Fetched.Page(batches, split, 0, null), split.tables().isEmpty());
    }

    @Override
    public void close() {}
}

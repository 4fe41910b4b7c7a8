package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.columnar.ChangeBatchBuilder;
import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.source.split.RestartSplit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/** Emits the truncates of a restarted snapshot. */
final class RestartWork implements SplitWork {

    private final RestartSplit split;
    private final IntSupplier stoppedEpoch;

    RestartWork(RestartSplit split, IntSupplier stoppedEpoch) {
        this.split = split;
        this.stoppedEpoch = stoppedEpoch;
    }

    @Override
    public Step fetch() {
        if (split.epoch() <= stoppedEpoch.getAsInt()) {
            return Step.END;
        }
        List<ChangeBatch> batches = new ArrayList<>();
        for (TableSchema table : split.tables()) {
            ChangeBatchBuilder builder = new ChangeBatchBuilder(table, Unrepresentable.failing());
            builder.snapshotRestart(split.consistentPoint());
            batches.add(builder.build(false));
        }
        return new Step(new Fetched(batches, new Fetched.Progress.Restarted()), true);
    }

    @Override
    public void close() {}
}

package io.nanosync.flink.jobs.cli.progress;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a pipeline stands.
 *
 * @param tables those with rows or an estimate, by name
 * @param changes changes received since the run began
 * @param lagSeconds null when unknown
 * @param stream what the stream is doing; counts in phase streaming
 * @param streamStatus what the stream waits for, in words; empty while it streams
 */
record PipelineProgress(
        String pipeline,
        Phase phase,
        List<Table> tables,
        long changes,
        double changesPerSecond,
        @Nullable Double lagSeconds,
        StreamState stream,
        String streamStatus) {

    /**
     * A table in the snapshot.
     *
     * @param estimatedRows negative when unknown
     */
    record Table(String name, long rows, long estimatedRows, double rowsPerSecond) {}

    /** All tables together; the estimate is unknown when that of one table is. */
    Table total() {
        long rows = 0;
        long estimated = 0;
        double perSecond = 0;
        for (Table table : tables) {
            rows += table.rows();
            estimated =
                    estimated < 0 || table.estimatedRows() < 0
                            ? -1
                            : estimated + table.estimatedRows();
            perSecond += table.rowsPerSecond();
        }
        return new Table("all tables", rows, tables.isEmpty() ? -1 : estimated, perSecond);
    }
}

package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.testing.Await;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.CloseableIterator;
import org.jspecify.annotations.Nullable;

/** A running {@code SELECT}, whose changelog is gathered by a thread. Closing it ends the job. */
final class LiveQuery implements AutoCloseable {

    private final TableResult result;
    private final Thread gatherer;
    private final List<Row> changelog = new ArrayList<>();
    private volatile boolean closing;
    private volatile @Nullable Throwable failure;

    LiveQuery(TableEnvironment flink, String sql) {
        result = flink.executeSql(sql);
        gatherer = new Thread(this::gather, "gather " + sql);
        gatherer.setDaemon(true);
        gatherer.start();
    }

    private void gather() {
        try (CloseableIterator<Row> rows = result.collect()) {
            while (rows.hasNext()) {
                Row row = rows.next();
                synchronized (changelog) {
                    changelog.add(row);
                }
            }
        } catch (Exception | Error e) {
            // Closing cancels the job, which fails the reading of its results.
            failure = closing ? null : e;
        }
    }

    /** Every change so far, in order. Fails when the job has failed. */
    List<Row> changelog() {
        Throwable failed = failure;
        if (failed != null) {
            throw new AssertionError("The job failed", failed);
        }
        return soFar();
    }

    /** The same, also of a job that has failed. */
    List<Row> soFar() {
        synchronized (changelog) {
            return new ArrayList<>(changelog);
        }
    }

    /** What a table would hold that applied the changelog row by row; how often it has each row. */
    Map<List<Object>, Integer> retracted() {
        Map<List<Object>, Integer> rows = new HashMap<>();
        for (Row change : changelog()) {
            boolean adds =
                    change.getKind() == RowKind.INSERT || change.getKind() == RowKind.UPDATE_AFTER;
            rows.merge(values(change), adds ? 1 : -1, Integer::sum);
        }
        rows.values().removeIf(count -> count == 0);
        return rows;
    }

    /** What a table would hold that applied the changelog by its key, the first column. */
    Map<Object, List<Object>> byKey() {
        Map<Object, List<Object>> rows = new HashMap<>();
        for (Row change : changelog()) {
            Object key = change.getField(0);
            switch (change.getKind()) {
                case INSERT, UPDATE_AFTER -> rows.put(key, values(change));
                case DELETE -> rows.remove(key);
                case UPDATE_BEFORE -> {}
            }
        }
        return rows;
    }

    private static List<Object> values(Row row) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < row.getArity(); i++) {
            values.add(row.getField(i));
        }
        return values;
    }

    void awaitRows(int count) {
        Await.until(count + " rows", () -> changelog().size() >= count);
    }

    JobClient job() {
        return result.getJobClient().orElseThrow();
    }

    @Override
    public void close() throws ExecutionException, InterruptedException {
        closing = true;
        CompletableFuture<?> ended = job().getJobExecutionResult().handle((done, failed) -> true);
        if (!ended.isDone()) {
            job().cancel().get();
        }
        ended.get();
        gatherer.join();
    }
}

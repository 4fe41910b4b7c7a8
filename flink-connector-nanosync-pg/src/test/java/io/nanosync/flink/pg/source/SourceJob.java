package io.nanosync.flink.pg.source;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.columnar.ChangeRow;
import io.nanosync.flink.pg.columnar.RowImage;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.DecliningSerializer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.datastream.DataStreamSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * A job that writes each row of the source as one line into files that are committed with
 * checkpoints: what can be read there is exactly what completed checkpoints have seen.
 */
final class SourceJob {

    /** Faults by name; each counts over restarts of the job in this JVM. */
    private static final Map<String, Fault> FAULTS = new ConcurrentHashMap<>();

    private static final Map<String, Boundaries> BOUNDARIES = new ConcurrentHashMap<>();

    /**
     * What the operator behind the source saw of transactions.
     *
     * @param tears how often a part of one came behind a checkpoint or a mark that another part had
     *     come in front of
     * @param marks how often batches were marked as the end of transactions
     */
    record Boundaries(AtomicLong tears, AtomicLong marks) {}

    /**
     * Something that happens once, when so many rows have come through, in the thread of the
     * operator behind the source.
     */
    private record Fault(AtomicLong rowsLeft, Runnable action) {}

    private final SourceConfig config;
    private final Path folder;
    private final int parallelism;
    private Duration checkpointInterval = Duration.ofMillis(200);
    private final Map<String, String> settings = new HashMap<>();

    /** Of each committed file: it never changes again, and is asked for again and again. */
    private final Map<Path, List<Line>> read = new ConcurrentHashMap<>();

    private @Nullable String fault;
    private @Nullable String declines;
    private @Nullable String savepoint;
    private @Nullable Function<PgSource, WrappedSource> wrapping;
    private @Nullable JobClient client;
    private @Nullable CompletableFuture<JobExecutionResult> ended;
    private @Nullable ConfirmedWatch confirmed;

    SourceJob(SourceConfig config, Path folder, int parallelism) {
        this.config = config;
        this.folder = folder;
        this.parallelism = parallelism;
    }

    SourceJob checkpointInterval(Duration interval) {
        checkpointInterval = interval;
        return this;
    }

    /** Sets a setting of the job. */
    SourceJob setting(String key, String value) {
        settings.put(key, value);
        return this;
    }

    /** Fails the job once, when so many rows have come through. */
    SourceJob failOnceAfterRows(long rows) {
        return onceAfterRows(
                rows,
                () -> {
                    throw new IllegalStateException("Fault of the test");
                });
    }

    /** Does something once, when so many rows have come through. */
    SourceJob onceAfterRows(long rows, Runnable action) {
        fault = name();
        FAULTS.put(
                fault,
                new Fault(
                        new AtomicLong(rows),
                        () -> {
                            lookAtSlot();
                            action.run();
                        }));
        return this;
    }

    /** How many rows may still come before the fault. */
    long rowsUntilFault() {
        return FAULTS.get(fault).rowsLeft().get();
    }

    /** For a parallelism of 1. */
    Boundaries boundaries() {
        return boundaries(name());
    }

    private static Boundaries boundaries(String name) {
        return BOUNDARIES.computeIfAbsent(
                name, key -> new Boundaries(new AtomicLong(), new AtomicLong()));
    }

    private String name() {
        return config.pipeline() + "-" + folder;
    }

    /** While this is true, checkpoints are declined; the job tolerates any number of them. */
    SourceJob declineCheckpointsWhile(AtomicBoolean declined) {
        declines = name();
        DecliningSerializer.declineWhile(declines, declined);
        return this;
    }

    SourceJob fromSavepoint(String path) {
        savepoint = path;
        return this;
    }

    /** Has one part of the source be another. */
    SourceJob wrapped(Function<PgSource, WrappedSource> in) {
        wrapping = in;
        return this;
    }

    SourceJob start() throws Exception {
        Configuration configuration = new Configuration();
        configuration.setString("restart-strategy.type", "fixed-delay");
        configuration.setString("restart-strategy.fixed-delay.attempts", "20");
        configuration.setString("restart-strategy.fixed-delay.delay", "100ms");
        configuration.setString(
                "execution.checkpointing.dir", folder.resolve("checkpoints").toUri().toString());
        configuration.setString(
                "execution.checkpointing.externalized-checkpoint-retention",
                "RETAIN_ON_CANCELLATION");
        settings.forEach(configuration::setString);
        if (savepoint != null) {
            configuration.setString("execution.state-recovery.path", savepoint);
        }
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(parallelism);
        env.enableCheckpointing(checkpointInterval.toMillis());
        env.getCheckpointConfig().setTolerableCheckpointFailureNumber(declines == null ? 0 : 1000);
        source(env)
                .flatMap(new ToLines(name(), fault, declines))
                .uid("lines")
                .sinkTo(
                        FileSink.forRowFormat(
                                        new org.apache.flink.core.fs.Path(
                                                folder.resolve("out").toUri()),
                                        new SimpleStringEncoder<String>("UTF-8"))
                                .withRollingPolicy(OnCheckpointRollingPolicy.build())
                                .build())
                .uid("files");
        confirmed = ConfirmedWatch.start(config, folder, savepoint);
        client = env.executeAsync("source test");
        ended = client.getJobExecutionResult();
        return this;
    }

    private DataStreamSource<ChangeBatch> source(StreamExecutionEnvironment env) {
        if (wrapping == null) {
            return PgSource.addTo(env, config);
        }
        DataStreamSource<ChangeBatch> source =
                env.fromSource(
                        wrapping.apply(PgSource.of(config.awaitingCheckpoint(true))),
                        WatermarkStrategy.noWatermarks(),
                        "source");
        source.uid(PgSource.UID);
        return source;
    }

    JobClient client() {
        if (client == null) {
            throw new IllegalStateException("The job wasn't started");
        }
        return client;
    }

    private void lookAtSlot() {
        if (confirmed != null) {
            confirmed.look();
        }
    }

    private void assertSlotIsBehindCheckpoints() {
        if (confirmed != null) {
            confirmed.end();
        }
    }

    /** Fails when the job has ended, with its reason. */
    void assertRuns() throws Exception {
        if (confirmed != null) {
            confirmed.assertKept();
        }
        if (ended().isDone()) {
            ended().get();
            throw new AssertionError("The job has ended");
        }
    }

    /** Waits until the job has failed for good, and gives the messages of all causes. */
    String failure() {
        Await.until("job has ended", Duration.ofSeconds(90), () -> ended().isDone());
        assertSlotIsBehindCheckpoints();
        StringBuilder messages = new StringBuilder();
        Throwable failure =
                ended().handle(
                                (result, error) ->
                                        error == null
                                                ? new AssertionError("The job ended well")
                                                : error)
                        .join();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            messages.append(cause).append('\n');
        }
        return messages.toString();
    }

    /** Asked for at the start: once the job has failed, its cluster is gone and answers nobody. */
    private CompletableFuture<JobExecutionResult> ended() {
        return Objects.requireNonNull(ended, "The job wasn't started");
    }

    /** Cancels the job, if it runs, and waits until it is gone. */
    void cancel() throws Exception {
        if (client != null && !ended().isDone()) {
            lookAtSlot();
            CompletableFuture<JobExecutionResult> ended = ended();
            client().cancel().get();
            Await.until("job has ended", Duration.ofSeconds(60), ended::isDone);
        }
        assertSlotIsBehindCheckpoints();
    }

    /** Stops the job with a savepoint and returns its path. */
    String stopWithSavepoint() throws Exception {
        String path =
                client().stopWithSavepoint(
                                false,
                                folder.resolve("savepoints").toUri().toString(),
                                SavepointFormatType.CANONICAL)
                        .get();
        assertSlotIsBehindCheckpoints();
        return path;
    }

    /** The newest state of this job or a former one, a complete checkpoint or a savepoint. */
    String newestState() throws IOException {
        return state().orElseThrow();
    }

    /** The same; empty without any. */
    Optional<String> state() throws IOException {
        return files(folder).stream()
                .filter(file -> file.endsWith("_metadata"))
                .max(Comparator.comparing(file -> file.toFile().lastModified()))
                .map(file -> file.getParent().toUri().toString());
    }

    /** The lines that completed checkpoints have committed. */
    List<Line> committed() {
        Path out = folder.resolve("out");
        if (!Files.exists(out)) {
            return List.of();
        }
        try {
            return files(out).stream()
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .flatMap(file -> read.computeIfAbsent(file, SourceJob::parse).stream())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A running job removes what is older than its newest checkpoint, and renames what it commits.
     */
    static List<Path> files(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes found) {
                        files.add(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e)
                            throws IOException {
                        if (e instanceof NoSuchFileException) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw e;
                    }
                });
        return files;
    }

    private static List<Line> parse(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(Line::parse).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Waits until a change has been committed whose new row begins so; the job runs on meanwhile.
     */
    void awaitRow(String beginning) {
        Await.until(
                "row " + beginning + " is committed",
                Duration.ofSeconds(120),
                () -> {
                    assertRuns();
                    return committed().stream()
                            .anyMatch(
                                    line ->
                                            line.after() != null
                                                    && line.after().startsWith(beginning));
                });
    }

    /** Waits until so many rows have been committed at least; the job runs on meanwhile. */
    void awaitCommitted(int rows) {
        Await.until(
                rows + " rows are committed",
                Duration.ofSeconds(60),
                () -> {
                    assertRuns();
                    return committed().size() >= rows;
                });
    }

    /** Waits until a change that came behind the snapshot has been committed. */
    void awaitStreaming() {
        Await.until(
                "changes are committed",
                Duration.ofSeconds(120),
                () -> {
                    assertRuns();
                    return committed().stream().anyMatch(line -> line.ordinal() > 0);
                });
    }

    /** One row as text; values never hold a tab in these tests. */
    record Line(
            String table,
            char op,
            long commitLsn,
            long ordinal,
            @Nullable String before,
            @Nullable String after) {

        static Line parse(String text) {
            String[] parts = text.split("\t", -1);
            return new Line(
                    parts[0],
                    parts[1].charAt(0),
                    Long.parseLong(parts[2]),
                    Long.parseLong(parts[3]),
                    parts[4].isEmpty() ? null : parts[4],
                    parts[5].isEmpty() ? null : parts[5]);
        }
    }

    private static final class ToLines
            implements FlatMapFunction<ChangeBatch, String>, CheckpointedFunction {
        private static final long serialVersionUID = 1L;

        private final String name;
        private final @Nullable String fault;
        private final @Nullable String declines;
        private transient @Nullable Set<Long> ended;
        private transient @Nullable Set<Long> open;

        ToLines(String name, @Nullable String fault, @Nullable String declines) {
            this.name = name;
            this.fault = fault;
            this.declines = declines;
        }

        @Override
        public void initializeState(FunctionInitializationContext context) throws Exception {
            if (declines != null) {
                context.getOperatorStateStore()
                        .getListState(
                                new ListStateDescriptor<>(
                                        "declining", new DecliningSerializer(declines)))
                        .update(List.of(1));
            }
        }

        @Override
        public void snapshotState(FunctionSnapshotContext context) {
            end();
        }

        /** What comes from now on is of other transactions. */
        private void end() {
            if (open != null && ended != null) {
                ended.addAll(open);
                open.clear();
            }
        }

        private void lookForTears(ChangeBatch batch) {
            if (open == null || ended == null) {
                open = new HashSet<>();
                ended = new HashSet<>();
            }
            if (batch.snapshot()) {
                return;
            }
            for (ChangeRow row : batch.rows()) {
                long transaction = row.commitLsn().value();
                if (open.add(transaction) && ended.contains(transaction)) {
                    boundaries(name).tears().incrementAndGet();
                }
            }
            if (batch.transactionEnd()) {
                boundaries(name).marks().incrementAndGet();
                end();
            }
        }

        @Override
        public void flatMap(ChangeBatch batch, Collector<String> out) {
            lookForTears(batch);
            for (ChangeRow row : batch.rows()) {
                out.collect(
                        batch.table()
                                + "\t"
                                + row.op().code()
                                + "\t"
                                + row.commitLsn().value()
                                + "\t"
                                + row.ordinal()
                                + "\t"
                                + text(row.before())
                                + "\t"
                                + text(row.after()));
            }
            Fault pending = fault == null ? null : FAULTS.get(fault);
            if (pending != null
                    && pending.rowsLeft().get() > 0
                    && pending.rowsLeft().addAndGet(-batch.rowCount()) <= 0) {
                pending.action().run();
            }
        }

        private static String text(@Nullable RowImage image) {
            if (image == null) {
                return "";
            }
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < image.size(); i++) {
                text.append(i == 0 ? "" : "|").append(image.value(i));
            }
            return text.toString();
        }
    }
}

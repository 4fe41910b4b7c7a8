package io.nanosync.flink.pg.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.source.Configs;
import io.nanosync.flink.pg.source.SampleValues;
import io.nanosync.flink.pg.source.enumerator.server.SessionRegistry;
import io.nanosync.flink.pg.source.event.PgSourceEvent;
import io.nanosync.flink.pg.source.split.PgSplit;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.FakePgClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.connector.testutils.source.reader.TestingSplitEnumeratorContext;
import org.jspecify.annotations.Nullable;

/**
 * An enumerator between a fake server and readers and checkpoints that the test plays: each event
 * comes when the test says so. The test's thread is the coordinator thread.
 */
final class EnumeratorHarness implements AutoCloseable {

    private static final ConnectionConfig NOWHERE =
            new ConnectionConfig(
                    List.of(new ConnectionConfig.Host("fake", 5432)),
                    "fake",
                    "nobody",
                    null,
                    Duration.ofSeconds(1),
                    "fake",
                    Map.of());

    final FakePgClient server;
    private final SessionRegistry registry;
    final Context context;
    final PgSplitEnumerator enumerator;
    private @Nullable Throwable failure;
    private long checkpointId;

    /** Flink's, with what it leaves out. */
    static final class Context extends TestingSplitEnumeratorContext<PgSplit> {

        final List<Boolean> backlog = new ArrayList<>();

        Context(int parallelism) {
            super(parallelism);
        }

        @Override
        public void setIsProcessingBacklog(boolean isProcessingBacklog) {
            backlog.add(isProcessingBacklog);
        }
    }

    EnumeratorHarness(
            FakePgClient server,
            SourceConfig config,
            Timings timings,
            int parallelism,
            @Nullable EnumeratorState state) {
        this(
                server,
                config,
                new SessionRegistry(Duration.ofMinutes(1)),
                timings,
                parallelism,
                state);
    }

    EnumeratorHarness(
            FakePgClient server,
            SourceConfig config,
            SessionRegistry registry,
            Timings timings,
            int parallelism,
            @Nullable EnumeratorState state) {
        this.server = server;
        this.registry = registry;
        this.context = new Context(parallelism);
        this.enumerator =
                new PgSplitEnumerator(
                        context,
                        config,
                        server,
                        state == null ? null : new EnumeratorCheckpoint(state, null),
                        registry,
                        timings);
        enumerator.start();
    }

    static EnumeratorHarness start(FakePgClient server, SourceConfig config, int parallelism) {
        return new EnumeratorHarness(server, config, Timings.USUAL, parallelism, null);
    }

    /** A server with tables {@code t1}, {@code t2} … of so many blocks. */
    static FakePgClient server(long... blocks) {
        FakePgClient server = new FakePgClient();
        for (int i = 1; i <= blocks.length; i++) {
            server.table(SampleValues.table(i, "t" + i), blocks[i - 1]);
        }
        return server;
    }

    /** A pipeline over {@code t1}: three workers, 8 blocks a split, checkpoints known to be on. */
    static SourceConfig config(StartupMode startup) {
        return config(startup, "public.t1");
    }

    /** The same over these tables. */
    static SourceConfig config(StartupMode startup, String... tables) {
        return Configs.of(NOWHERE, "fake", startup, tables);
    }

    /** Where its session waits for the next enumerator. */
    SessionRegistry registry() {
        return registry;
    }

    /** Readers register. */
    void register(int... subtasks) {
        for (int subtask : subtasks) {
            context.registerReader(subtask, "host");
            enumerator.addReader(subtask);
        }
    }

    /** A reader fails; what was assigned to it since its checkpoint comes back. */
    void readerFails(int subtask, PgSplit... back) {
        context.registeredReaders().remove(subtask);
        enumerator.addSplitsBack(List.of(back), subtask);
    }

    void report(int subtask, PgSourceEvent event) {
        enumerator.handleSourceEvent(subtask, event);
    }

    /** The state of a checkpoint is taken. */
    long take() {
        enumerator.snapshotState(++checkpointId);
        return checkpointId;
    }

    void complete(long id) {
        enumerator.notifyCheckpointComplete(id);
    }

    /** A checkpoint from its beginning to its end. */
    void checkpoint() {
        complete(take());
    }

    /** Runs what other threads have for the coordinator thread. */
    private void runActions() {
        try {
            context.triggerAllActions();
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    void until(String what, Callable<Boolean> condition) {
        Await.until(
                what,
                () -> {
                    runActions();
                    return condition.call();
                });
    }

    void untilIn(Class<? extends Phase> phase) {
        until(phase.getSimpleName(), () -> phase.isInstance(enumerator.phase()));
    }

    /** Returns when everything is done that was asked of the server so far, and what it led to. */
    void settle() {
        for (int i = 0; i < 4; i++) {
            AtomicBoolean reached = new AtomicBoolean();
            enumerator.threads().async(() -> reached, done -> done.set(true));
            until("what was asked of the server is done", reached::get);
        }
    }

    Throwable untilFailed() {
        until("the job fails", () -> failure != null);
        return Objects.requireNonNull(failure);
    }

    void assertRuns() {
        assertThat(failure).isNull();
    }

    List<PgSplit> assigned(int subtask) {
        TestingSplitEnumeratorContext.SplitAssignmentState<PgSplit> state =
                context.getSplitAssignments().get(subtask);
        return state == null ? List.of() : state.getAssignedSplits();
    }

    List<String> assignedIds(int subtask) {
        return assigned(subtask).stream().map(PgSplit::splitId).toList();
    }

    boolean toldNoMoreSplits(int subtask) {
        TestingSplitEnumeratorContext.SplitAssignmentState<PgSplit> state =
                context.getSplitAssignments().get(subtask);
        return state != null && state.hasReceivedNoMoreSplitsSignal();
    }

    <E extends PgSourceEvent> List<E> events(int subtask, Class<E> kind) {
        return context.getSentEvents().getOrDefault(subtask, List.of()).stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    @Override
    public void close() {
        enumerator.close();
    }
}

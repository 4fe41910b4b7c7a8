package io.nanosync.flink.pg.source.enumerator;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.source.PipelineFailedException;
import io.nanosync.flink.pg.source.event.PgSourceEvent;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SplitsAcknowledged;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SplitsFinished;
import io.nanosync.flink.pg.source.split.PgSplit;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the phases share: the way to the readers, and an I/O thread of our own. Flink runs the
 * enumerator in the JobMaster's main thread and has one worker for {@code callAsync}; neither may
 * wait for a server.
 */
final class EnumeratorThreads {

    private static final Logger LOG = LoggerFactory.getLogger(EnumeratorThreads.class);

    private final SplitEnumeratorContext<PgSplit> context;
    private final SourceConfig config;
    private final Timings timings;
    private final ScheduledExecutorService io;
    private @Nullable Boolean backlog;
    private volatile boolean closed;
    private volatile Runnable whenIdle = () -> {};

    EnumeratorThreads(
            SplitEnumeratorContext<PgSplit> context, SourceConfig config, Timings timings) {
        this.context = context;
        this.config = config;
        this.timings = timings;
        this.io =
                new ScheduledThreadPoolExecutor(
                        1,
                        task -> {
                            Thread thread =
                                    new Thread(task, "nanosync-enumerator-" + config.pipeline());
                            thread.setDaemon(true);
                            return thread;
                        },
                        // Flink tells of a checkpoint that has completed behind the end as well.
                        (task, pool) -> LOG.info("The enumerator is closed: {} isn't run", task)) {
                    @Override
                    protected void terminated() {
                        whenIdle.run();
                    }
                };
    }

    SourceConfig config() {
        return config;
    }

    Timings timings() {
        return timings;
    }

    SplitEnumeratorContext<PgSplit> context() {
        return context;
    }

    /**
     * Runs a task on the I/O thread, its result on the coordinator thread. A failure fails the job.
     */
    <T> void async(Callable<T> task, Consumer<T> then) {
        onIoThread(
                () -> {
                    T result = task.call();
                    inCoordinatorThread(() -> then.accept(result));
                });
    }

    /** Something to do on the I/O thread that gives no result. */
    @FunctionalInterface
    interface IoTask {
        void run() throws Exception;
    }

    /** Runs a task on the I/O thread; not after {@link #close}. A failure fails the job. */
    void onIoThread(IoTask task) {
        io.execute(
                () -> {
                    try {
                        task.run();
                    } catch (Throwable e) {
                        fail(e);
                    }
                });
    }

    /**
     * Runs a task on the I/O thread again and again until {@link #close}. A failure fails the job
     * and is the task's last run.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // A failure is told before it ends the schedule.
    void everyOnIoThread(Duration period, IoTask task) {
        io.scheduleWithFixedDelay(
                () -> {
                    try {
                        task.run();
                    } catch (Throwable e) {
                        fail(e);
                        throw new CancellationException();
                    }
                },
                period.toMillis(),
                period.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Runs something on the coordinator thread after a while. */
    @SuppressWarnings("FutureReturnValueIgnored") // An error of the action fails the job.
    void later(Duration delay, Runnable action) {
        io.schedule(() -> inCoordinatorThread(action), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Fails the job, from any thread. */
    void fail(Throwable error) {
        if (closed) {
            LOG.info("After the enumerator was closed: {}", error.toString());
            return;
        }
        RuntimeException failure = PipelineFailedException.of(error);
        inCoordinatorThread(
                () -> {
                    throw failure;
                });
    }

    /** Runs something on the coordinator thread, from any thread; not after {@link #close}. */
    void inCoordinatorThread(Runnable action) {
        try {
            context.runInCoordinatorThread(
                    () -> {
                        if (!closed) {
                            action.run();
                        }
                    });
        } catch (RejectedExecutionException e) {
            // Only when Flink has already closed the coordinator: nobody is left to tell.
            LOG.info("The coordinator is closed: {}", e.toString());
        }
    }

    /**
     * Says whether there is a backlog of snapshot splits. While there is, checkpoints may be rare,
     * or off ({@code execution.checkpointing.interval-during-backlog}): never say so while one is
     * waited for.
     */
    void backlog(boolean isBacklog) {
        // Flink may still have what the enumerator before this one said: so the first word counts.
        if (backlog == null || backlog != isBacklog) {
            backlog = isBacklog;
            context.setIsProcessingBacklog(isBacklog);
        }
    }

    /** Sends an event to every reader that is registered. */
    void broadcast(PgSourceEvent event) {
        context.registeredReaders().keySet().forEach(subtask -> send(subtask, event));
    }

    /** Sends an event to a reader, unless it is gone. */
    void send(int subtask, PgSourceEvent event) {
        if (context.registeredReaders().containsKey(subtask)) {
            context.sendEventToSourceReader(subtask, event);
        }
    }

    /** A restored reader reports what was finished for good before: it may forget it. */
    void acknowledge(int subtask, PgSourceEvent event) {
        if (event instanceof SplitsFinished finished) {
            send(subtask, new SplitsAcknowledged(finished.splitIds()));
        }
    }

    /**
     * The registered reader with the least load, the first of equals; null when none is registered.
     */
    @Nullable Integer leastLoaded(ToIntFunction<Integer> load) {
        return context.registeredReaders().keySet().stream()
                .sorted()
                .min((a, b) -> Integer.compare(load.applyAsInt(a), load.applyAsInt(b)))
                .orElse(null);
    }

    /**
     * Stops the I/O thread; what it is doing is interrupted.
     *
     * @param then runs when the I/O thread has ended, so that the next enumerator doesn't meet this
     *     one at work
     */
    void close(Runnable then) {
        closed = true;
        whenIdle = then;
        io.shutdownNow();
    }
}

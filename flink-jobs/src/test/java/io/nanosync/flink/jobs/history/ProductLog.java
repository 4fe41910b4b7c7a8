package io.nanosync.flink.jobs.history;

import io.nanosync.flink.pg.wal.Lsn;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Filter;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what the product says while a history lasts, without which no stall is told, and
 * learns from it how far the product has come.
 */
final class ProductLog implements AutoCloseable {

    private static final String LOGGER = "io.nanosync.flink.pg";
    private static final AtomicLong COUNT = new AtomicLong();

    private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
    private final ToJournal journal;
    private final ReadRanges ranges;

    private ProductLog(Journal journal, Supplier<Lsn> walEnd) {
        long number = COUNT.incrementAndGet();
        this.journal = new ToJournal("journal-" + number, journal, walEnd);
        this.ranges = new ReadRanges("ranges-" + number);
    }

    /**
     * From now on until it is closed.
     *
     * @param walEnd says where the server's WAL ends
     */
    static ProductLog to(Journal journal, Supplier<Lsn> walEnd) {
        ProductLog log = new ProductLog(journal, walEnd);
        log.add(LOGGER, log.journal);
        log.add(ReadRanges.LOGGER, log.ranges);
        log.context.updateLoggers();
        return log;
    }

    private void add(String name, AbstractAppender appender) {
        appender.start();
        LoggerConfig logger = new LoggerConfig(name, Level.INFO, false);
        logger.addAppender(appender, Level.INFO, (Filter) null);
        context.getConfiguration().addLogger(name, logger);
    }

    /** How many ranges of values were read to their ends. */
    int rangesRead() {
        return ranges.count();
    }

    /** Whether a snapshot has been taken and is read. */
    boolean hasSnapshot() {
        return journal.hasSnapshot;
    }

    /** Where the WAL ended when snapshots began to be read, before any other was taken. */
    List<Lsn> behindSnapshots() {
        return List.copyOf(journal.behindSnapshots);
    }

    /** Whether the pipeline streams, as far as it said. */
    boolean isStreaming() {
        return journal.isStreaming;
    }

    /** Whether tables are being read, as far as it said. */
    boolean isReading() {
        return journal.isReading;
    }

    /** What it says from now on counts. */
    void forgetStream() {
        journal.isStreaming = false;
    }

    /** Whether the pipeline has streamed, or has been about to. */
    boolean hasStreamed() {
        return journal.hasStreamed;
    }

    @Override
    public void close() {
        context.getConfiguration().removeLogger(LOGGER);
        context.getConfiguration().removeLogger(ReadRanges.LOGGER);
        context.updateLoggers();
        journal.stop();
        ranges.stop();
    }

    private static final class ToJournal extends AbstractAppender {

        private final Journal journal;
        private volatile boolean hasSnapshot;
        private volatile boolean hasStreamed;
        private volatile boolean isStreaming;
        private volatile boolean isReading;
        private final Supplier<Lsn> walEnd;
        private final List<Lsn> behindSnapshots = new CopyOnWriteArrayList<>();

        ToJournal(String name, Journal journal, Supplier<Lsn> walEnd) {
            super(name, null, null, true, Property.EMPTY_ARRAY);
            this.journal = journal;
            this.walEnd = walEnd;
        }

        @Override
        public void append(LogEvent event) {
            @Nullable Throwable thrown = event.getThrown();
            String name = event.getLoggerName();
            String message = event.getMessage().getFormattedMessage();
            hasSnapshot |= message.endsWith(" to ReadSnapshot");
            hasStreamed |= message.endsWith(" to Stream");
            if (message.startsWith("From ") && message.contains(" to ")) {
                isStreaming = message.endsWith(" to Stream");
                isReading = message.endsWith(" to ReadSnapshot");
            }
            if (message.endsWith(" to ReadSnapshot")) {
                reachBehindSnapshot();
            }
            journal.note(
                    "    %s %s: %s%s"
                            .formatted(
                                    event.getLevel(),
                                    name.substring(name.lastIndexOf('.') + 1),
                                    message,
                                    thrown == null ? "" : " (" + thrown + ")"));
        }

        /** At once: it has to be before the next snapshot is taken. */
        private void reachBehindSnapshot() {
            try {
                behindSnapshots.add(walEnd.get());
            } catch (AssertionError serverIsAway) {
                // And the snapshot with it.
            }
        }
    }
}

package io.nanosync.flink.jobs.history;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Filter;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.jspecify.annotations.Nullable;

/** Writes down what the product warns of while a history lasts, without which no stall is told. */
final class ProductLog implements AutoCloseable {

    private static final String LOGGER = "io.nanosync.flink.pg";
    private static final AtomicLong COUNT = new AtomicLong();

    private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
    private final ToJournal appender;

    private ProductLog(Journal journal) {
        appender = new ToJournal("journal-" + COUNT.incrementAndGet(), journal);
    }

    /** From now on until it is closed. */
    static ProductLog to(Journal journal) {
        ProductLog log = new ProductLog(journal);
        log.appender.start();
        LoggerConfig logger = new LoggerConfig(LOGGER, Level.INFO, false);
        log.context.getConfiguration().addLogger(LOGGER, logger);
        log.context
                .getConfiguration()
                .getLoggerConfig(LOGGER)
                .addAppender(log.appender, Level.INFO, (Filter) null);
        log.context.updateLoggers();
        return log;
    }

    @Override
    public void close() {
        context.getConfiguration().getLoggerConfig(LOGGER).removeAppender(appender.getName());
        context.updateLoggers();
        appender.stop();
    }

    private static final class ToJournal extends AbstractAppender {

        private final Journal journal;

        ToJournal(String name, Journal journal) {
            super(name, null, null, true, Property.EMPTY_ARRAY);
            this.journal = journal;
        }

        @Override
        public void append(LogEvent event) {
            @Nullable Throwable thrown = event.getThrown();
            String name = event.getLoggerName();
            journal.note(
                    "    %s %s: %s%s"
                            .formatted(
                                    event.getLevel(),
                                    name.substring(name.lastIndexOf('.') + 1),
                                    event.getMessage().getFormattedMessage(),
                                    thrown == null ? "" : " (" + thrown + ")"));
        }
    }
}

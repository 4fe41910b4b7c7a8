package io.nanosync.flink.jobs.history;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** Which ranges of values were read to their ends, as Flink's readers say. Thread-safe. */
final class ReadRanges extends AbstractAppender {

    /** Flink's class that says it. */
    static final String LOGGER = "org.apache.flink.connector.base.source.reader.SourceReaderBase";

    private static final Pattern RANGE = Pattern.compile("snapshot-[^,\\]]*:range-\\d+");

    private final Set<String> splits = ConcurrentHashMap.newKeySet();

    ReadRanges(String name) {
        super(name, null, null, true, Property.EMPTY_ARRAY);
    }

    /** Split by split, of every snapshot. */
    int count() {
        return splits.size();
    }

    @Override
    public void append(LogEvent event) {
        String message = event.getMessage().getFormattedMessage();
        if (message.startsWith("Finished reading split")) {
            Matcher range = RANGE.matcher(message);
            while (range.find()) {
                splits.add(range.group());
            }
        }
    }
}

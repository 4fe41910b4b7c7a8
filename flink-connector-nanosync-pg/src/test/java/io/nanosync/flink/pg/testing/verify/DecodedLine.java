package io.nanosync.flink.pg.testing.verify;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One line of {@code test_decoding}. */
sealed interface DecodedLine {

    /** A transaction begins. */
    record Begin() implements DecodedLine {}

    /** A transaction has committed. */
    record Commit() implements DecodedLine {}

    /** A logical message, for example a heartbeat: changes nothing. */
    record Message() implements DecodedLine {}

    /**
     * A row was changed.
     *
     * @param table schema and name, quoted where SQL needs it
     * @param op {@code i}, {@code u} or {@code d}
     * @param oldRow the columns of the old row that were logged and aren't null, in common form;
     *     null when none were logged
     * @param newRow all columns of the new row in common form; null for delete
     */
    record Change(
            String table,
            char op,
            @Nullable Map<String, @Nullable String> oldRow,
            @Nullable Map<String, @Nullable String> newRow)
            implements DecodedLine {}

    /** Tables were emptied by one command. */
    record Truncate(List<String> tables) implements DecodedLine {}
}

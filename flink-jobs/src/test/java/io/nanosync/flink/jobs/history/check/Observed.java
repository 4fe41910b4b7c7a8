package io.nanosync.flink.jobs.history.check;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A history that is over, as far as the judgement needs it.
 *
 * @param differences between the server's own record and what arrived; with a gap only those before
 *     it
 * @param unequalTables tables whose contents what arrived doesn't add up to
 * @param abortedRows rows that arrived and were never committed
 * @param confirmedTooFar samples of the slot beyond the newest completed checkpoint
 * @param taken what became of publication and slot that somebody else made
 * @param torn transactions that came in parts where they are to come whole
 * @param unreviewed changed schemas that weren't asked for, and what came before they were accepted
 * @param notAsAsked requests to read tables again that weren't answered, and what was read unasked
 * @param lastChangeArrived whether the last change of the history arrived in time
 * @param gap what the message of a refusal must name; null when nothing was lost
 * @param ending how the job ended by itself; null when it didn't
 */
public record Observed(
        List<String> differences,
        List<String> unequalTables,
        List<String> abortedRows,
        List<String> confirmedTooFar,
        List<String> taken,
        List<String> torn,
        List<String> unreviewed,
        List<String> notAsAsked,
        boolean lastChangeArrived,
        @Nullable String gap,
        @Nullable Ending ending) {

    /**
     * How a job ended by itself.
     *
     * @param isFinalError whether it is the product's own final error
     * @param message its message
     */
    public record Ending(boolean isFinalError, String message) {

        /**
         * Whether it is the final error about a slot that was made beside a truncate and that
         * PostgreSQL can't decode: it misses a filenode, as it says up to 15, or a filenumber.
         */
        boolean saysTheServerFails() {
            return isFinalError
                    && message.contains("could not map file")
                    && message.contains("The server can't decode its WAL there");
        }
    }
}

package io.nanosync.flink.jobs.history;

import io.nanosync.flink.jobs.history.check.Violation;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A history and what came of it.
 *
 * @param actions how often each was taken
 * @param transactions that the load committed
 * @param rows snapshot rows and changes that arrived
 * @param crossings updates that arrived as inserts or deletes, since a row filter let one row
 *     through
 * @param samples of the slot
 * @param failedSamples of the slot that found no checkpoint that stayed until it was read
 * @param ranges of values that were read to their ends, those of lost snapshots too
 * @param restarts tables whose snapshot started over
 * @param added how often a table was added, and read anew
 * @param removed how often a table was removed
 * @param readAgain how often a table was read again that had been streamed
 * @param accepted how many changed schemas were accepted
 * @param refused how many were not, for a while or to the end
 * @param errors 1 when the job ended with the product's final error, as it had to
 * @param journal what happened when
 */
public record Outcome(
        Plan plan,
        List<Violation> violations,
        Map<String, Integer> actions,
        long transactions,
        long rows,
        long crossings,
        int samples,
        int failedSamples,
        int ranges,
        long restarts,
        long added,
        long removed,
        long readAgain,
        int accepted,
        int refused,
        int errors,
        List<String> journal) {

    /** In one line, or with the whole journal where promises were broken. */
    @Override
    public String toString() {
        String line =
                ("seed %d: PostgreSQL %d, %d transactions, %d rows, %d crossings, %d samples (and"
                     + " %d failed), %d ranges, %d restarts, %d added, %d removed, %d read again,"
                     + " %d accepted, %d refused, %d ends with an error, %s, %s: %s")
                        .formatted(
                                plan.seed(),
                                plan.version(),
                                transactions,
                                rows,
                                crossings,
                                samples,
                                failedSamples,
                                ranges,
                                restarts,
                                added,
                                removed,
                                readAgain,
                                accepted,
                                refused,
                                errors,
                                plan.setting(),
                                actions,
                                violations.isEmpty() ? "kept" : "BROKEN");
        return violations.isEmpty()
                ? line
                : line
                        + violations.stream()
                                .map(violation -> "\n  " + violation)
                                .collect(Collectors.joining())
                        + "\n"
                        + String.join("\n", journal);
    }
}

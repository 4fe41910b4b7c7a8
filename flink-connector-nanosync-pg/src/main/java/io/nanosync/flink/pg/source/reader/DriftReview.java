package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.config.DriftPolicy;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.drift.CatalogNow;
import io.nanosync.flink.pg.relation.drift.Compatibility;
import io.nanosync.flink.pg.relation.drift.Drift;
import io.nanosync.flink.pg.relation.drift.DriftReport;
import io.nanosync.flink.pg.relation.drift.DriftWords;
import io.nanosync.flink.pg.relation.drift.NextSchema;
import io.nanosync.flink.pg.source.PipelineFailedException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of a stream that stands in front of a drift.
 *
 * @param drift what it stands in front of
 * @param catalog what the server says of it now
 */
record DriftReview(SourceConfig config, Drift drift, CatalogNow catalog) {

    /** What becomes of it. */
    sealed interface Verdict {}

    /** The stream goes on under this schema. */
    record GoesOn(TableSchema schema, String differences) implements Verdict {}

    /** The stream waits for a person. */
    record Waits(DriftReport report) implements Verdict {}

    /**
     * The verdict.
     *
     * @param approved whether a person has accepted just this drift
     * @throws PipelineFailedException when nobody is to be asked
     */
    Verdict verdict(boolean approved) {
        String obstacle = obstacle();
        if (obstacle == null) {
            TableSchema next = NextSchema.of(drift, catalog);
            boolean byItself =
                    config.drift() == DriftPolicy.ACCEPT_COMPATIBLE
                            && NextSchema.doubtful(drift, catalog).isEmpty()
                            && Compatibility.isCompatible(drift.accepted(), next, catalog);
            if (approved || byItself) {
                return new GoesOn(next, differences());
            }
        }
        if (!config.pausesOnDrift()) {
            throw new PipelineFailedException(failure());
        }
        return new Waits(
                new DriftReport(
                        drift.id(),
                        drift.table().toString(),
                        change("taken") + ". " + waysOut(obstacle),
                        obstacle == null));
    }

    private String differences() {
        return String.join("; ", DriftWords.of(drift, catalog));
    }

    /**
     * @param fate what has become of all that lies in front
     */
    private String change(String fate) {
        return "The schema of "
                + drift.table()
                + " has changed: "
                + differences()
                + ". All changes in front of LSN "
                + drift.lsn()
                + " were "
                + fate
                + "; the one there was made under the new schema";
    }

    /** Why it can't be accepted; null when it can. */
    private @Nullable String obstacle() {
        List<String> untold = NextSchema.untold(drift, catalog);
        if (!untold.isEmpty()) {
            return "the types of columns "
                    + untold
                    + " aren't in the catalog any more, so nothing tells how to read their values";
        }
        List<String> replaced = NextSchema.replaced(drift, catalog);
        return replaced.isEmpty()
                ? null
                : "columns "
                        + replaced
                        + " were dropped and added again since, or swapped their names, and no"
                        + " change tells what became of their values";
    }

    private String doubt() {
        List<String> doubtful = NextSchema.doubtful(drift, catalog);
        return doubtful.isEmpty()
                ? ""
                : "Columns "
                        + doubtful
                        + " may be others by now: a column was dropped since, and the stream"
                        + " doesn't tell which. If one of these was, no change tells what became"
                        + " of its values: read the table again. ";
    }

    private String waysOut(@Nullable String obstacle) {
        String again = FreshSnapshot.readAgain(config, drift.table());
        boolean renamed = !drift.now().name().equals(drift.table());
        String table =
                again.isEmpty() || renamed
                        ? ""
                        : "To read the table again as it is now, run: " + again;
        if (obstacle == null) {
            return doubt()
                    + "To go on under the new schema, run: nanosync resume pipeline "
                    + config.pipeline()
                    + (renamed
                            ? ", and write "
                                    + drift.now().name()
                                    + " in its tables before its next start"
                            : "")
                    + (table.isEmpty() ? "" : ". " + table);
        }
        return "It can't be accepted: "
                + obstacle
                + ". "
                + (table.isEmpty() ? FreshSnapshot.remedy(config) : table);
    }

    private String failure() {
        // What was read since the newest checkpoint goes with the job, and comes again.
        return change("read")
                + ", and comes so again even when that is undone. "
                + (config.stateDir() == null
                        ? ""
                        : "With schema_drift: pause it waits there until nanosync resume accepts"
                                + " the new schema. ")
                + FreshSnapshot.ofTables(config, List.of(drift.table()))
                + FreshSnapshot.remedy(config);
    }
}

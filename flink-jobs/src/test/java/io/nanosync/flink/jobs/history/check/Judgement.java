package io.nanosync.flink.jobs.history.check;

import io.nanosync.flink.jobs.history.check.Violation.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** History in, violations out. */
public final class Judgement {

    private Judgement() {}

    /** The promises that a history broke; empty when it kept them all. */
    public static List<Violation> of(Observed history) {
        List<Violation> violations = new ArrayList<>();
        add(violations, Kind.CONFIRMED_TOO_FAR, history.confirmedTooFar());
        add(violations, Kind.TOOK_WHAT_IS_NOT_ITS_OWN, history.taken());
        add(violations, Kind.TORN_TRANSACTION, history.torn());
        add(violations, Kind.UNREVIEWED_SCHEMA, history.unreviewed());
        add(violations, Kind.NOT_READ_AS_ASKED, history.notAsAsked());
        add(violations, Kind.ABORTED_WORK_ARRIVED, history.abortedRows());
        add(violations, Kind.NOT_EXACTLY_ONCE, history.differences());
        Observed.Ending ending = history.ending();
        if (ending != null && ending.saysTheServerFails()) {
            // No more can arrive, whatever else happened.
            return violations;
        }
        if (history.gap() == null) {
            whole(history, violations);
        } else {
            refusal(history.gap(), ending, violations);
        }
        return violations;
    }

    private static void whole(Observed history, List<Violation> violations) {
        Observed.Ending ending = history.ending();
        if (ending != null) {
            violations.add(new Violation(Kind.REFUSED_WITHOUT_GAP, ending.message()));
        } else if (!history.lastChangeArrived()) {
            violations.add(new Violation(Kind.STALLED, "the last change didn't arrive"));
        }
        add(violations, Kind.OTHER_FINAL_STATE, history.unequalTables());
    }

    private static void refusal(
            String gap, Observed.@Nullable Ending ending, List<Violation> violations) {
        if (ending == null) {
            violations.add(new Violation(Kind.GAP_WITHOUT_REFUSAL, "nobody said: " + gap));
        } else if (!ending.isFinalError() || !ending.message().contains(gap)) {
            violations.add(
                    new Violation(
                            Kind.WRONG_REFUSAL,
                            "should be final and name \"" + gap + "\": " + ending.message()));
        }
    }

    private static void add(List<Violation> violations, Kind kind, List<String> found) {
        if (!found.isEmpty()) {
            violations.add(new Violation(kind, String.join("\n    ", found)));
        }
    }
}

package io.nanosync.flink.pg.table.random;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Faults of Flink's own that are known. The guide to tables tells users of them. */
final class FlinkFaults {

    /** With the changes that it hands on. */
    private static final Pattern JOIN =
            Pattern.compile(
                    "\\bJoin\\(joinType=\\[(\\w+)], where=\\[(.*?)], select=.*"
                            + "changelogMode=\\[([A-Z,]+)]\\)");

    private static final String EQUAL = "=\\([\\w$]+, [\\w$]+\\)";

    private static final Pattern EQUALITIES =
            Pattern.compile("true|" + EQUAL + "|AND\\(" + EQUAL + "(, " + EQUAL + ")+\\)");

    private FlinkFaults() {}

    /**
     * Whether a join of this plan needs old rows of updates that the planner leaves out
     * (FLINK-38579, FLINK-40681). An inner join by equal columns doesn't: its rows have the key of
     * those that they are made of, and go with them.
     *
     * @param plan explained with the changes of each operator
     */
    static boolean joinLacksOldRows(String plan) {
        Matcher join = JOIN.matcher(plan);
        while (join.find()) {
            boolean inner = join.group(1).equals("InnerJoin");
            boolean equal = EQUALITIES.matcher(join.group(2)).matches();
            var changes = Arrays.asList(join.group(3).split(","));
            if (changes.contains("UA") && !changes.contains("UB") && !(inner && equal)) {
                return true;
            }
        }
        return false;
    }

    /** Whether it is known that Flink finds no plan. */
    static boolean isKnown(Throwable refusal) {
        // A subquery behind a condition that can't hold.
        String message = String.valueOf(refusal.getMessage());
        return message.contains("unexpected correlate variable")
                // Of a COUNT(DISTINCT …) that is split.
                || message.contains("Unsupported call: HASH_CODE(TIMESTAMP_LTZ")
                // In batch mode a join by a MIN or the like beside a COUNT(DISTINCT …).
                || (refusal instanceof IndexOutOfBoundsException
                        && isIn(refusal, "FlinkRelMdDistinctRowCount"))
                || (refusal instanceof StackOverflowError
                        && isIn(refusal, "FlinkAggregateJoinTransposeRule"));
    }

    private static boolean isIn(Throwable refusal, String planner) {
        return Arrays.stream(refusal.getStackTrace())
                .anyMatch(frame -> frame.getClassName().endsWith("." + planner));
    }
}

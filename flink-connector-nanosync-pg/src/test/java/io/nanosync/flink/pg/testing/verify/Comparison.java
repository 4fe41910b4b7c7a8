package io.nanosync.flink.pg.testing.verify;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares what was expected of one table with what arrived. */
final class Comparison {

    /** Examples of each kind of difference. */
    private static final int EXAMPLES = 5;

    private final String table;
    private final List<String> differences = new ArrayList<>();

    Comparison(String table) {
        this.table = table;
    }

    List<String> differences() {
        return differences;
    }

    /** Rows without order. */
    void sameRows(List<RowEvent> expected, List<RowEvent> arrived) {
        report("missing", noOthers(expected, arrived));
    }

    /**
     * Rows without order, of which some may be missing.
     *
     * @return what is
     */
    List<String> noOthers(List<RowEvent> expected, List<RowEvent> arrived) {
        Map<RowEvent, Integer> balance = new LinkedHashMap<>();
        expected.forEach(row -> balance.merge(row, 1, Integer::sum));
        arrived.forEach(row -> balance.merge(row, -1, Integer::sum));
        balance.values().removeIf(missing -> missing == 0);
        Set<RowEvent> known = new HashSet<>();
        if (!balance.isEmpty()) {
            expected.stream().filter(balance::containsKey).forEach(known::add);
        }
        List<String> lost = new ArrayList<>();
        List<String> doubled = new ArrayList<>();
        List<String> invented = new ArrayList<>();
        balance.forEach(
                (row, missing) -> {
                    if (missing > 0) {
                        lost.add(missing + " of " + row);
                    } else {
                        (known.contains(row) ? doubled : invented).add(-missing + " of " + row);
                    }
                });
        report("arrived more than once", doubled);
        report("never happened but arrived", invented);
        return lost;
    }

    /** Changes whose rows are the same: their order too. */
    void sameOrder(List<RowEvent> expected, List<RowEvent> arrived) {
        int common = Math.min(expected.size(), arrived.size());
        for (int i = 0; i < common; i++) {
            if (!expected.get(i).equals(arrived.get(i))) {
                differences.add(
                        table
                                + ": out of order from change "
                                + i
                                + " on: expected "
                                + expected.get(i)
                                + ", found "
                                + arrived.get(i));
                return;
            }
        }
    }

    /** Lines that are differences already. */
    void report(String what, List<String> found) {
        if (found.isEmpty()) {
            return;
        }
        differences.add(table + ": " + found.size() + " " + what + ", the first:");
        found.stream().limit(EXAMPLES).forEach(example -> differences.add("    " + example));
    }
}

package io.nanosync.flink.pg.relation.contract;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether one and the same row covered a table all the time, so that whatever else came and went
 * has cost no change.
 *
 * <p>What limits the rows and columns that come is decided as pgoutput does: the row of the table's
 * schema sets no limit, whatever others do; else the table's own row decides; an ancestor's row
 * sets none for a partition under its own name. Source: PostgreSQL, {@code pgoutput.c}, {@code
 * pgoutput_row_filter_init} and {@code pgoutput_column_list_init}.
 *
 * @param then the table's terms in the contract
 * @param now its terms now
 */
record CoverageProof(TableTerms then, TableTerms now) {

    /** The limits of now, when they aren't those of then; null when they are. */
    @Nullable String changedLimits() {
        Coverage before = limiting(then.coverage());
        Coverage after = limiting(now.coverage());
        if (before != null && after != null && after.isSameRowAs(before)) {
            // Columns of its list may have got other names.
            return null;
        }
        String limits = limits(after);
        return limits.equals(limits(before)) ? null : limits;
    }

    /** Whether there is such a row. */
    boolean holds() {
        return now.coverage().stream()
                .anyMatch(
                        row ->
                                then.coverage().stream().anyMatch(row::isSameAs)
                                        && hasCoveredAllTheTime(row));
    }

    /** Whether rows neither came nor went. */
    boolean isBySameRows() {
        return then.coverage().size() == now.coverage().size()
                && now.coverage().stream()
                        .allMatch(row -> then.coverage().stream().anyMatch(row::isSameAs));
    }

    private boolean hasCoveredAllTheTime(Coverage row) {
        Coverage limiting = limiting(then.coverage());
        return switch (row.by()) {
            case SCHEMA -> true;
            case TABLE -> isUnlimited(row) || (limiting != null && row.isSameRowAs(limiting));
            case ANCESTOR, ANCESTOR_SCHEMA ->
                    isBelow(row) && (limiting == null || isUnlimited(limiting));
        };
    }

    /** Why there is none; follows the table's name. */
    String gap(String publication) {
        boolean detached = false;
        for (Coverage row : now.coverage()) {
            for (Coverage former : then.coverage()) {
                if (row.isSameRowAs(former) && !row.isSameAs(former)) {
                    return "was moved to another schema than the one that publication \""
                            + publication
                            + "\" covers, and back";
                }
                detached |= row.isSameAs(former) && row.through() != now.oid() && !isBelow(row);
            }
        }
        return detached
                ? "was detached from the table by which publication \""
                        + publication
                        + "\" covers it, and attached again"
                : "was taken out of publication \"" + publication + "\" and added again";
    }

    /** Whether the table has been a partition of the one through which the row covers it. */
    private boolean isBelow(Coverage row) {
        return Objects.equals(
                way(then.ancestors(), row.through()), way(now.ancestors(), row.through()));
    }

    /** The rows of {@code pg_inherits} up to a table: null when it isn't above. */
    private static @Nullable List<Integer> way(List<Ancestor> ancestors, int to) {
        for (int i = 0; i < ancestors.size(); i++) {
            if (ancestors.get(i).oid() == to) {
                return ancestors.subList(0, i + 1).stream().map(Ancestor::xmin).toList();
            }
        }
        return null;
    }

    /** The row that decides what comes of a table; null when nothing limits it. */
    static @Nullable Coverage limiting(List<Coverage> coverage) {
        Coverage own = null;
        for (Coverage row : coverage) {
            if (row.by() == Coverage.By.SCHEMA) {
                return null;
            }
            if (row.by() == Coverage.By.TABLE) {
                own = row;
            }
        }
        return own;
    }

    static boolean isUnlimited(Coverage row) {
        return row.rowFilter() == null && row.columnList() == null;
    }

    private static String limits(@Nullable Coverage row) {
        StringBuilder limits = new StringBuilder();
        if (row != null && row.rowFilter() != null) {
            limits.append(" with a row filter");
        }
        if (row != null && row.columnList() != null) {
            limits.append(" with column list (").append(row.columnList()).append(')');
        }
        return limits.toString();
    }
}

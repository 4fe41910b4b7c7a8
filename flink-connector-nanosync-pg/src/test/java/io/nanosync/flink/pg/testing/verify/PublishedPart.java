package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.testing.verify.DecodedLine.Change;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a publication publishes of a table; nothing else may arrive.
 *
 * @param columns those of its column list; null for all
 * @param rows those of its row filter, by their values: of an old row at least the identity's,
 *     which are all that the filter may ask for
 * @param insertsAlone whether neither updates nor deletes nor truncates are published
 */
public record PublishedPart(
        @Nullable Set<String> columns,
        Predicate<Map<String, @Nullable String>> rows,
        boolean insertsAlone) {

    /** All of it. */
    public static final PublishedPart WHOLE = new PublishedPart(null, row -> true, false);

    /**
     * What becomes of a change where some rows are hidden: a row that comes into the part is
     * inserted, one that leaves it deleted; null where the row was hidden and still is.
     *
     * @param change with a whole new row, where the old one is logged whole
     */
    @Nullable Change seen(Change change) {
        Map<String, @Nullable String> row = change.newRow();
        // An update without an old row left its identity alone.
        Map<String, @Nullable String> old =
                change.op() == 'i' ? null : change.oldRow() != null ? change.oldRow() : row;
        boolean was = old != null && rows.test(old);
        boolean is = row != null && rows.test(row);
        if (was && row != null && !is) {
            return new Change(change.table(), 'd', old, null);
        } else if (is && old != null && !was) {
            return new Change(change.table(), 'i', null, row);
        }
        return was || is ? change : null;
    }

    /** Whether changes of this kind are published. */
    boolean tells(char op) {
        return op == 'i' || !insertsAlone;
    }

    /** Whether values of this column are published. */
    boolean shows(String column) {
        return columns == null || columns.contains(column);
    }
}

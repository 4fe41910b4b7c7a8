package io.nanosync.flink.pg.table.random;

import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.types.RowKind;

/** What a table holds that has applied a changelog: by a key, or row by row. */
final class Fold implements Serializable {

    private static final long serialVersionUID = 1L;

    private final int[] key;

    /** How often each row is there; or the row of each key. */
    private final Map<List<String>, Long> counts = new HashMap<>();

    private final Map<List<String>, List<String>> byKey = new HashMap<>();

    /**
     * @param key places of the columns by which rows replace each other; none: each counts
     */
    Fold(int[] key) {
        this.key = key.clone();
    }

    /**
     * Applies a change.
     *
     * @return whether a row is taken back that isn't there
     */
    boolean apply(RowKind kind, List<String> row) {
        boolean adds = kind == RowKind.INSERT || kind == RowKind.UPDATE_AFTER;
        if (key.length == 0) {
            long count = counts.merge(row, adds ? 1L : -1L, Long::sum);
            if (count == 0) {
                counts.remove(row);
            }
            return count < 0;
        }
        List<String> by = Arrays.stream(key).mapToObj(row::get).toList();
        if (adds) {
            byKey.put(by, row);
        } else {
            // Behind a filter an old row may come without a new one; Flink's sinks delete its key.
            byKey.remove(by);
        }
        return false;
    }

    void addTo(Map<List<String>, Long> rows) {
        counts.forEach((row, count) -> rows.merge(row, count, Long::sum));
        byKey.values().forEach(row -> rows.merge(row, 1L, Long::sum));
        rows.values().removeIf(count -> count == 0);
    }

    Fold copy() {
        Fold copy = new Fold(key);
        copy.addAll(this);
        return copy;
    }

    void addAll(Fold other) {
        other.counts.forEach((row, count) -> counts.merge(row, count, Long::sum));
        byKey.putAll(other.byKey);
    }
}

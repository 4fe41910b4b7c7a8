package io.nanosync.flink.pg.testing.verify;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Rows by identity; several where a table has equal ones. */
final class WitnessedRows {

    private final Map<String, Deque<Map<String, @Nullable String>>> byIdentity = new HashMap<>();

    void add(String identity, Map<String, @Nullable String> row) {
        byIdentity.computeIfAbsent(identity, ignored -> new ArrayDeque<>()).add(row);
    }

    /** One of the equal ones; null when there is none. */
    @Nullable Map<String, @Nullable String> remove(String identity) {
        Deque<Map<String, @Nullable String>> equal = byIdentity.get(identity);
        if (equal == null) {
            return null;
        }
        Map<String, @Nullable String> removed = equal.removeFirst();
        if (equal.isEmpty()) {
            byIdentity.remove(identity);
        }
        return removed;
    }

    /**
     * The same rows, altered.
     *
     * @param identity of an altered row
     */
    void alter(
            UnaryOperator<Map<String, @Nullable String>> altered,
            Function<Map<String, @Nullable String>, String> identity) {
        List<Map<String, @Nullable String>> rows = all().map(altered).toList();
        clear();
        rows.forEach(row -> add(identity.apply(row), row));
    }

    void clear() {
        byIdentity.clear();
    }

    Stream<Map<String, @Nullable String>> all() {
        return byIdentity.values().stream().flatMap(Collection::stream);
    }
}

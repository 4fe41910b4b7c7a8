package io.nanosync.flink.pg.testing.verify;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
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

    void clear() {
        byIdentity.clear();
    }

    Stream<Map<String, @Nullable String>> all() {
        return byIdentity.values().stream().flatMap(Collection::stream);
    }
}

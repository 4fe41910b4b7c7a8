package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.source.SourceJob.Line;
import io.nanosync.flink.pg.testing.TestDatabase;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Contents of a table that may hold a row more than once: how often each. Needs REPLICA IDENTITY
 * FULL.
 */
final class ReplayedBag {

    private final Map<String, Integer> rows = new TreeMap<>();

    private ReplayedBag() {}

    /** By replay of lines in order. */
    static Map<String, Integer> of(List<Line> lines) {
        ReplayedBag bag = new ReplayedBag();
        for (Line line : lines) {
            if (line.op() == 't') {
                bag.rows.clear();
            }
            bag.add(line.before(), -1, line);
            bag.add(line.after(), 1, line);
        }
        return bag.rows;
    }

    /** Of the table itself. */
    static Map<String, Integer> of(TestDatabase database, String select) {
        ReplayedBag bag = new ReplayedBag();
        Replay.contents(database, select).forEach(row -> bag.rows.merge(row, 1, Integer::sum));
        return bag.rows;
    }

    private void add(@Nullable String row, int times, Line line) {
        if (row == null) {
            return;
        }
        int now = rows.getOrDefault(row, 0) + times;
        assertThat(now).as("%s", line).isNotNegative();
        if (now == 0) {
            rows.remove(row);
        } else {
            rows.put(row, now);
        }
    }
}

package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.source.SourceJob.Line;
import io.nanosync.flink.pg.testing.TestDatabase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Replays the lines of a table in the order of {@code (commit_lsn, ordinal)} and compares the
 * outcome with the table itself.
 */
final class Replay {

    private Replay() {}

    /** The lines of a table that count: those behind its last restart of the snapshot, in order. */
    static List<Line> of(List<Line> all, String table) {
        List<Line> lines =
                new ArrayList<>(all.stream().filter(line -> line.table().equals(table)).toList());
        // Stable, and snapshot rows of one table are equal in order: their order among each other
        // has no meaning.
        lines.sort(
                Comparator.comparing(Line::commitLsn, Long::compareUnsigned)
                        .thenComparing(Line::ordinal));
        int from = 0;
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).op() == 't' && lines.get(i).ordinal() < 0) {
                from = i + 1;
            }
        }
        return lines.subList(from, lines.size());
    }

    /**
     * Whether every snapshot row and every change is there exactly once, by what a line carries.
     */
    static void assertNothingTwice(List<Line> lines) {
        Set<String> seen = new HashSet<>();
        for (Line line : lines) {
            String identity =
                    line.ordinal() == 0
                            ? line.table() + " r " + line.after()
                            : line.table() + " " + line.commitLsn() + " " + line.ordinal();
            assertThat(seen.add(identity)).as("row or change came twice: %s", line).isTrue();
        }
    }

    /**
     * The table's contents by replay: rows as multiset, in text order. Needs REPLICA IDENTITY FULL.
     */
    static List<String> contents(List<Line> lines) {
        List<String> rows = new ArrayList<>();
        Set<String> present = new HashSet<>();
        for (Line line : lines) {
            switch (line.op()) {
                case 'r', 'i' ->
                        assertThat(present.add(Objects.requireNonNull(line.after())))
                                .as("%s", line)
                                .isTrue();
                case 'u' -> {
                    assertThat(present.remove(Objects.requireNonNull(line.before())))
                            .as("%s", line)
                            .isTrue();
                    assertThat(present.add(Objects.requireNonNull(line.after())))
                            .as("%s", line)
                            .isTrue();
                }
                case 'd' ->
                        assertThat(present.remove(Objects.requireNonNull(line.before())))
                                .as("%s", line)
                                .isTrue();
                case 't' -> present.clear();
                default -> throw new AssertionError(line);
            }
        }
        rows.addAll(present);
        rows.sort(null);
        return rows;
    }

    /**
     * Whether all that arrived of a table is what the database holds, each row and change once.
     *
     * @param select gives what the table holds, as it is captured
     */
    static void assertExactlyOnce(
            List<Line> all, String table, TestDatabase database, String select) {
        List<Line> lines = of(all, table);
        assertNothingTwice(lines);
        assertThat(contents(lines)).as(table).isEqualTo(contents(database, select));
    }

    /** What the database holds, in the same form. */
    static List<String> contents(TestDatabase database, String select) {
        List<String> rows = new ArrayList<>();
        database.queryRows(select)
                .forEach(
                        row ->
                                rows.add(
                                        String.join(
                                                "|", row.stream().map(String::valueOf).toList())));
        rows.sort(null);
        return rows;
    }
}

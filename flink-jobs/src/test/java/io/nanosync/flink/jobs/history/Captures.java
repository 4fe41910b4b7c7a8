package io.nanosync.flink.jobs.history;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.verify.Life;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which tables a pipeline has captured when. Used by one thread. */
final class Captures {

    private final List<Run> runs = new ArrayList<>();

    /**
     * From one alteration to the next.
     *
     * @param begin where the server's WAL ended then
     * @param from where the stream stood then; null at the beginning
     * @param earlier names of the files that were there already
     */
    private record Run(
            Lsn begin,
            @Nullable StreamPosition from,
            List<QualifiedName> tables,
            Set<String> earlier) {}

    /**
     * Before the beginning.
     *
     * @param first what it captures then
     */
    Captures(List<QualifiedName> first) {
        runs.add(new Run(new Lsn(0), null, first, Set.of()));
    }

    /** What it captures now. */
    List<QualifiedName> now() {
        return runs.get(runs.size() - 1).tables();
    }

    /**
     * It captures these tables from now on. Nothing runs.
     *
     * @param walEnd where the server's WAL ends
     * @param position where the stream stands
     * @param files names of all files that are there, without what tells that they aren't committed
     */
    void altered(
            List<QualifiedName> tables, Lsn walEnd, StreamPosition position, Set<String> files) {
        runs.add(new Run(walEnd, position, tables, files));
    }

    /** The times in which each table was captured. */
    List<Life> lives() {
        List<Life> lives = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            for (QualifiedName table : runs.get(i).tables()) {
                if (i == 0 || !runs.get(i - 1).tables().contains(table)) {
                    lives.add(life(table, i));
                }
            }
        }
        return lives;
    }

    private Life life(QualifiedName table, int first) {
        int end = first;
        while (end < runs.size() && runs.get(end).tables().contains(table)) {
            end++;
        }
        Run begin = runs.get(first);
        @Nullable Run next = end < runs.size() ? runs.get(end) : null;
        return new Life(
                table,
                begin.begin(),
                begin.from(),
                next == null ? null : next.from(),
                file ->
                        !begin.earlier().contains(file)
                                && (next == null || next.earlier().contains(file)));
    }
}

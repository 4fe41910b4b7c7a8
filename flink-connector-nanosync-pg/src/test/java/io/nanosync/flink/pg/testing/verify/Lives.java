package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What arrived in each {@link Life} of each table. */
final class Lives {

    private final Map<Life, ArrivedTable> arrived;
    private final List<String> strangers;

    private Lives(Map<Life, ArrivedTable> arrived, List<String> strangers) {
        this.arrived = arrived;
        this.strangers = strangers;
    }

    /**
     * Tells them apart.
     *
     * @param lives of each table in their order
     */
    static Lives of(Collection<Life> lives, List<ArrowFiles.ArrivedFile> files) {
        Map<Life, ArrivedTable> arrived = new LinkedHashMap<>();
        lives.forEach(life -> arrived.put(life, new ArrivedTable()));
        List<String> strangers = new ArrayList<>();
        for (ArrowFiles.ArrivedFile file : files) {
            boolean isCaptured = false;
            for (Life life : lives) {
                if (life.table().equals(file.table()) && life.files().test(file.name())) {
                    arrived.getOrDefault(life, new ArrivedTable())
                            .addFile(file.name(), file.rows());
                    isCaptured = true;
                }
            }
            if (!isCaptured) {
                strangers.add(
                        "%s: arrived but isn't captured: %d rows in %s"
                                .formatted(file.table(), file.rows().size(), file.name()));
            }
        }
        return new Lives(joined(arrived), strangers);
    }

    /**
     * A job may end before its state knows that a table was removed. When it is started with the
     * table again then, the table was never removed.
     */
    private static Map<Life, ArrivedTable> joined(Map<Life, ArrivedTable> arrived) {
        Map<Life, ArrivedTable> joined = new LinkedHashMap<>();
        Map<QualifiedName, Life> newest = new HashMap<>();
        arrived.forEach(
                (life, rows) -> {
                    @Nullable Life former = newest.get(life.table());
                    @Nullable ArrivedTable before = former == null ? null : joined.get(former);
                    Life whole = life;
                    if (former != null
                            && before != null
                            && life.mayContinue(former)
                            && continues(before, rows)) {
                        whole = former.continuedBy(life);
                        joined.remove(former);
                        rows.addAll(before);
                    }
                    newest.put(life.table(), whole);
                    joined.put(whole, rows);
                });
        return joined;
    }

    /** It begins with changes, or with rows of the same snapshot. */
    private static boolean continues(ArrivedTable former, ArrivedTable rows) {
        Reading first = rows.readings().get(0);
        return first.restart() == null && SnapshotView.points(former).containsAll(first.points());
    }

    /** The lives, and the rows of each. */
    Map<Life, ArrivedTable> arrived() {
        return arrived;
    }

    /** What arrived of tables while they weren't captured. */
    List<String> strangers() {
        return strangers;
    }
}

package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Knows what a test tells it. */
final class FakeCatalog implements StreamCatalog {

    /** Partitioned tables by partition. */
    private final Map<Integer, Integer> roots = new HashMap<>();

    private boolean byThen = true;

    FakeCatalog before15() {
        byThen = false;
        return this;
    }

    FakeCatalog partition(int partition, int root) {
        roots.put(partition, root);
        return this;
    }

    @Override
    public @Nullable Integer rootOf(int partition) {
        return roots.get(partition);
    }

    @Override
    public boolean isByThen() {
        return byThen;
    }

    @Override
    public List<Integer> below(int ancestor) {
        return List.of();
    }

    @Override
    public String tableAgain(QualifiedName table) {
        return "";
    }

    @Override
    public String freshStart() {
        return "Start afresh";
    }
}

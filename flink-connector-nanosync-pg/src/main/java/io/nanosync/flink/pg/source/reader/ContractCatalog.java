package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.contract.Ancestor;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.relation.contract.Partition;
import io.nanosync.flink.pg.relation.contract.TableTerms;
import io.nanosync.flink.pg.source.contract.ContractWatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The catalog as the contract has it. */
final class ContractCatalog implements StreamCatalog {

    private static final int BY_THEN_MAJOR = 15;

    private final SourceConfig config;
    private final ContractWatch watch;
    private final Map<Integer, Integer> roots = new HashMap<>();

    /** Captured tables by what they are partitions of. */
    private final Map<Integer, List<Integer>> captured = new HashMap<>();

    private @Nullable CaptureContract seen;
    private boolean byThen;

    ContractCatalog(SourceConfig config, ContractWatch watch) {
        this.config = config;
        this.watch = watch;
    }

    /**
     * A connection was made.
     *
     * @param serverMajor from 15 on a change comes under the name that the catalog had for it then;
     *     before, possibly under one that the connection has known longer
     */
    void connected(int serverMajor) {
        byThen = serverMajor >= BY_THEN_MAJOR;
    }

    @Override
    public boolean isByThen() {
        return byThen;
    }

    @Override
    public @Nullable Integer rootOf(int partition) {
        refresh();
        return roots.get(partition);
    }

    @Override
    public List<Integer> below(int ancestor) {
        refresh();
        return captured.getOrDefault(ancestor, List.of());
    }

    private void refresh() {
        CaptureContract now = watch.contract();
        if (now == null || now.equals(seen)) {
            return;
        }
        roots.clear();
        captured.clear();
        for (TableTerms table : now.tables()) {
            for (Partition partition : table.partitions()) {
                roots.put(partition.oid(), table.oid());
            }
            for (Ancestor ancestor : table.ancestors()) {
                captured.computeIfAbsent(ancestor.oid(), oid -> new ArrayList<>()).add(table.oid());
            }
        }
        seen = now;
    }

    @Override
    public String tableAgain(QualifiedName table) {
        return FreshSnapshot.ofTables(config, List.of(table));
    }

    @Override
    public String freshStart() {
        return FreshSnapshot.remedy(config);
    }
}

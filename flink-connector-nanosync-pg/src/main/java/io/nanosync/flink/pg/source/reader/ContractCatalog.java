package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.client.PgException;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The catalog as the contract has it; names of types from the server. */
final class ContractCatalog implements StreamCatalog {

    private static final Logger LOG = LoggerFactory.getLogger(ContractCatalog.class);

    private static final int BY_THEN_MAJOR = 15;

    private final SourceConfig config;
    private final ContractWatch watch;
    private final TypeNames types;
    private final Map<Integer, Integer> roots = new HashMap<>();

    /** Captured tables by what they are partitions of. */
    private final Map<Integer, List<Integer>> captured = new HashMap<>();

    private @Nullable CaptureContract seen;
    private boolean byThen;

    /** Asks the server for the name of a type. */
    @FunctionalInterface
    interface TypeNames {
        String ask(int oid, int typmod) throws PgException;
    }

    ContractCatalog(SourceConfig config, ContractWatch watch, TypeNames types) {
        this.config = config;
        this.watch = watch;
        this.types = types;
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

    /** Whether a change under a partition's own name was none of its root's when it was made. */
    boolean isByThen() {
        return byThen;
    }

    @Override
    public @Nullable Integer rootOf(int partition) {
        refresh();
        return byThen ? null : roots.get(partition);
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
    public String typeText(int oid, int typmod) {
        try {
            return types.ask(oid, typmod);
        } catch (PgException e) {
            LOG.debug("Can't ask for the name of type {}", Integer.toUnsignedString(oid), e);
            return "the type with OID " + Integer.toUnsignedString(oid);
        }
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

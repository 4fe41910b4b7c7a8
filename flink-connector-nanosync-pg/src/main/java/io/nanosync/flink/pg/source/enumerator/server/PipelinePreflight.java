package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.Finding;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.PreflightRequest;
import io.nanosync.flink.pg.client.TableSelection;
import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether a pipeline can run on its server: the same questions for a pipeline that is validated and
 * for one that starts. Changes nothing there.
 */
public final class PipelinePreflight {

    /** Control connection, keeper, and one that makes the slot or streams. */
    private static final int BESIDE_WORKERS = 3;

    private PipelinePreflight() {}

    /**
     * What was found, also of the selection of tables, over a connection of its own.
     *
     * @param resumes whether there is state to go on from, so that the slot must be there
     */
    public static List<Finding> run(SourceConfig config, PgClient client, boolean resumes)
            throws PgException {
        try (ControlSession control = client.openControl()) {
            TableSelection selection = TableSelection.of(control, config.tables());
            List<Finding> findings = new ArrayList<>(selection.findings());
            findings.addAll(run(control, config, selection.tables(), resumes));
            return findings;
        }
    }

    /** What was found with these tables. */
    static List<Finding> run(
            ControlSession control,
            SourceConfig config,
            List<QualifiedName> tables,
            boolean resumes)
            throws PgException {
        boolean streams = !(config.startup() instanceof StartupMode.Snapshot);
        boolean creates =
                !resumes
                        && (config.startup() instanceof StartupMode.Initial
                                || config.startup() instanceof StartupMode.Latest);
        return control.preflight(
                new PreflightRequest(
                        tables,
                        streams ? config.slot() : null,
                        creates && control.slot(config.slot()) == null,
                        streams ? config.publication() : null,
                        connections(config),
                        config.stream().failoverSlot(),
                        TableSelection.excluded(config.tables()),
                        !resumes && config.startup().takesSnapshot()
                                ? partitionings(config, tables)
                                : Map.of()));
    }

    private static Map<QualifiedName, Partitioning> partitionings(
            SourceConfig config, List<QualifiedName> tables) {
        Map<QualifiedName, Partitioning> partitionings = new LinkedHashMap<>();
        tables.forEach(table -> partitionings.put(table, config.partitioning(table)));
        return partitionings;
    }

    /**
     * Connections at most. A reader that is restored begins what waited behind its splits at once,
     * since their predecessors may be with another one now: twice as many as there are workers.
     */
    private static int connections(SourceConfig config) {
        return 2 * config.snapshot().workers() + BESIDE_WORKERS;
    }
}

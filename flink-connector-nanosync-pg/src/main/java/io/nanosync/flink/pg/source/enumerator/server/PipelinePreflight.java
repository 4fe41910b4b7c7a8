package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.Finding;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.PreflightRequest;
import io.nanosync.flink.pg.client.PreflightRequest.Resumed;
import io.nanosync.flink.pg.client.TableSelection;
import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

    /**
     * Which session has the lock that a job of the pipeline holds, over a connection of its own:
     * for messages. Null when none has, or one that a job which starts would end.
     */
    public static @Nullable String lockHolder(SourceConfig config, PgClient client)
            throws PgException {
        try (ControlSession control = client.openControl()) {
            return PipelineSession.lockHolder(control, config.slot());
        }
    }

    /** What was found with these tables. */
    static List<Finding> run(
            ControlSession control,
            SourceConfig config,
            List<QualifiedName> tables,
            boolean resumes)
            throws PgException {
        boolean creates =
                !resumes
                        && (config.startup() instanceof StartupMode.Initial
                                || config.startup() instanceof StartupMode.Latest);
        boolean takesSnapshot = !resumes && config.startup().takesSnapshot();
        List<Finding> findings =
                new ArrayList<>(
                        control.preflight(
                                request(
                                        config,
                                        tables,
                                        streams(config) ? config.slot() : null,
                                        creates && control.slot(config.slot()) == null,
                                        takesSnapshot ? tables : List.of(),
                                        resumes ? new Resumed(List.of()) : null)));
        if (!resumes && config.startup() instanceof StartupMode.Initial) {
            findings.addAll(new SlotWithoutState(config).findings(control));
        }
        return findings;
    }

    /**
     * What was found of a pipeline that streams before tables are added to it.
     *
     * @param tables all that it captures then
     */
    static List<Finding> ofAdded(
            ControlSession control,
            SourceConfig config,
            List<QualifiedName> tables,
            List<QualifiedName> added)
            throws PgException {
        return control.preflight(
                request(
                        config,
                        tables,
                        config.slot(),
                        false,
                        config.startup().takesSnapshot() ? added : List.of(),
                        new Resumed(added)));
    }

    /**
     * What was found before a lost snapshot is taken anew.
     *
     * @param tables every table of the pipeline
     * @param unread those whose rows are read again
     * @param ownSlot whether the slot is the pipeline's own: one that can't be used is made anew
     */
    static List<Finding> ofRestart(
            ControlSession control,
            SourceConfig config,
            List<QualifiedName> tables,
            List<QualifiedName> unread,
            boolean ownSlot)
            throws PgException {
        boolean usesSlot = streams(config) && !ownSlot;
        return control.preflight(
                request(
                        config,
                        tables,
                        usesSlot ? config.slot() : null,
                        streams(config) && ownSlot && control.slot(config.slot()) == null,
                        unread,
                        null));
    }

    private static boolean streams(SourceConfig config) {
        return !(config.startup() instanceof StartupMode.Snapshot);
    }

    private static PreflightRequest request(
            SourceConfig config,
            List<QualifiedName> tables,
            @Nullable String slot,
            boolean createsSlot,
            List<QualifiedName> read,
            @Nullable Resumed resumed) {
        return new PreflightRequest(
                tables,
                slot,
                createsSlot,
                streams(config) ? config.publication() : null,
                connections(config),
                config.failoverSlot(),
                config.tables(),
                partitionings(config, read),
                resumed);
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
     * Where columns are taken apart by places each asks in a second one whether these are right.
     */
    private static int connections(SourceConfig config) {
        int ofReader = config.byPlace().isEmpty() ? 1 : 2;
        return 2 * config.snapshotWorkers() * ofReader + BESIDE_WORKERS;
    }
}

package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.Finding;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.PreflightRequest;
import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Asks a pipeline's server whether the pipeline can run there. Changes nothing on it. */
final class Preflight {

    /** Control connection, keeper, stream, and one for errors in between. */
    private static final int CONNECTIONS_BESIDE_WORKERS = 4;

    private Preflight() {}

    /**
     * What was found.
     *
     * @param resumes whether there is state to go on from, so that the slot must be there
     */
    static List<Finding> run(Pipeline pipeline, boolean resumes) throws PgException {
        JdbcPgClient client =
                new JdbcPgClient(
                        pipeline.connection(), pipeline.properties().stream().walSenderTimeout());
        try (ControlSession control = client.openControl()) {
            List<Finding> findings = new ArrayList<>();
            List<QualifiedName> tables = tables(pipeline, control, findings);
            String slot = pipeline.isBounded() ? null : pipeline.slot();
            boolean createsSlot = !resumes && slot != null && control.slot(slot) == null;
            findings.addAll(
                    control.preflight(
                            new PreflightRequest(
                                    tables,
                                    slot,
                                    createsSlot,
                                    pipeline.isBounded() ? null : pipeline.publication(),
                                    pipeline.properties().snapshot().workers()
                                            + CONNECTIONS_BESIDE_WORKERS,
                                    pipeline.properties().stream().failoverSlot())));
            return findings;
        }
    }

    private static List<QualifiedName> tables(
            Pipeline pipeline, ControlSession control, List<Finding> findings) throws PgException {
        Set<QualifiedName> tables = new LinkedHashSet<>();
        for (TableSelector selector : pipeline.tables()) {
            if (selector instanceof TableSelector.Named named) {
                tables.add(named.table());
            } else if (selector instanceof TableSelector.WholeSchema whole) {
                List<QualifiedName> found = control.tables(whole.schema());
                tables.addAll(found);
                if (found.isEmpty()) {
                    findings.add(
                            new Finding(
                                    Finding.Severity.ERROR,
                                    "There is no table in schema "
                                            + QualifiedName.quote(whole.schema())
                                            + " that this user can see",
                                    null));
                }
            }
        }
        return List.copyOf(tables);
    }
}

package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.Finding;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.PreflightRequest;
import io.nanosync.flink.pg.client.TableSelection;
import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import java.util.ArrayList;
import java.util.List;

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
            TableSelection selection = TableSelection.of(control, pipeline.tables());
            List<Finding> findings = new ArrayList<>(selection.findings());
            String slot = pipeline.isBounded() ? null : pipeline.slot();
            boolean createsSlot = !resumes && slot != null && control.slot(slot) == null;
            findings.addAll(
                    control.preflight(
                            new PreflightRequest(
                                    selection.tables(),
                                    slot,
                                    createsSlot,
                                    pipeline.isBounded() ? null : pipeline.publication(),
                                    pipeline.properties().snapshot().workers()
                                            + CONNECTIONS_BESIDE_WORKERS,
                                    pipeline.properties().stream().failoverSlot(),
                                    TableSelection.excluded(pipeline.tables()))));
            return findings;
        }
    }
}

package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.Finding;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.PreflightRequest;
import java.util.List;

/** All checks, in the order in which a person mends things: server, role, tables, publication. */
final class Preflight {

    private static final List<PreflightCheck> CHECKS =
            List.of(
                    new ServerCheck(),
                    new RoleCheck(),
                    new CapacityCheck(),
                    new TableKindCheck(),
                    new TableAccessCheck(),
                    new PartitionColumnCheck(),
                    new ReplicaIdentityCheck(),
                    new GeneratedColumnCheck(),
                    new MoneyCheck(),
                    new PublicationCheck(),
                    new PublishedIdentityCheck(),
                    new SlotCheck(),
                    new LongSnapshotCheck(),
                    new StandbyCheck(),
                    // Tries what the others only ask about; so it comes last.
                    new ConnectionCheck());

    private Preflight() {}

    static List<Finding> run(Session session, Connector connector, PreflightRequest request)
            throws PgException {
        Findings findings = new Findings();
        if (session.major() < ServerCheck.OLDEST_MAJOR) {
            ServerCheck.refuseVersion(session, findings);
            return findings.all();
        }
        PreflightContext context = PreflightContext.of(session, connector, request);
        for (PreflightCheck check : CHECKS) {
            check.run(context, findings);
        }
        return findings.all();
    }
}

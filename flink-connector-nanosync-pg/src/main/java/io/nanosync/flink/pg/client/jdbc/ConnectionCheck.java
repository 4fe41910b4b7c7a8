package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.Keeper;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.SnapshotLostException;

/**
 * Tries what the pipeline will do: a replication connection, and a snapshot imported over a
 * connection of its own, which fails behind poolers and load balancers.
 */
final class ConnectionCheck implements PreflightCheck {

    @Override
    public void run(PreflightContext context, Findings findings) throws PgException {
        if (findings.hasErrors()) {
            // What was found before would fail here too, and be told twice.
            return;
        }
        if (context.streams()) {
            replication(context, findings);
        }
        snapshot(context, findings);
    }

    private static void replication(PreflightContext context, Findings findings)
            throws PgException {
        try (Session session = context.connector().open(SessionKind.REPLICATION)) {
            session.execute("open a replication connection", "IDENTIFY_SYSTEM");
        } catch (PgException e) {
            requireLasting(e);
            findings.error("A replication connection failed: " + e.getMessage(), null);
        }
    }

    private static void snapshot(PreflightContext context, Findings findings) throws PgException {
        try (Keeper keeper = JdbcKeeper.taking(context.connector().open(SessionKind.KEEPER));
                JdbcSnapshotSession reader =
                        new JdbcSnapshotSession(context.connector().open(SessionKind.SNAPSHOT))) {
            importFrom(keeper, reader);
            reader.commit();
        } catch (PgException e) {
            if (!(e instanceof SnapshotLostException)) {
                requireLasting(e);
            }
            findings.error(
                    "A snapshot that one connection exported could not be imported by another."
                            + " Connect to the server itself, not through a pooler or load"
                            + " balancer: "
                            + e.getMessage(),
                    null);
        }
    }

    private static void importFrom(Keeper keeper, JdbcSnapshotSession reader) throws PgException {
        try {
            reader.begin(keeper.identity());
        } catch (SnapshotLostException e) {
            throw keeper.isAlive() ? e : PgException.tryAgain(e.getMessage());
        }
    }

    /** What passes by itself is no finding: those are final. */
    private static void requireLasting(PgException e) throws PgException {
        if (e.recovery() != PgException.Recovery.FAIL) {
            throw e;
        }
    }
}

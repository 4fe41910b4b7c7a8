package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.Keeper;
import io.nanosync.flink.pg.client.PgException;

/**
 * Tries what the pipeline will do: a replication connection, and a snapshot imported over a
 * connection of its own, which fails behind poolers and load balancers.
 */
final class ConnectionCheck implements PreflightCheck {

    @Override
    public void run(PreflightContext context, Findings findings) {
        if (findings.hasErrors()) {
            // What was found before would fail here too, and be told twice.
            return;
        }
        if (context.streams()) {
            replication(context, findings);
        }
        snapshot(context, findings);
    }

    private static void replication(PreflightContext context, Findings findings) {
        try (Session session = context.connector().open(SessionKind.REPLICATION)) {
            session.execute("open a replication connection", "IDENTIFY_SYSTEM");
        } catch (PgException e) {
            findings.error("A replication connection failed: " + e.getMessage(), null);
        }
    }

    private static void snapshot(PreflightContext context, Findings findings) {
        try (Keeper keeper = JdbcKeeper.taking(context.connector().open(SessionKind.KEEPER));
                JdbcSnapshotSession reader =
                        new JdbcSnapshotSession(context.connector().open(SessionKind.SNAPSHOT))) {
            reader.begin(keeper.identity());
            reader.commit();
        } catch (PgException e) {
            findings.error(
                    "A snapshot that one connection exported could not be imported by another."
                            + " Connect to the server itself, not through a pooler or load"
                            + " balancer: "
                            + e.getMessage(),
                    null);
        }
    }
}

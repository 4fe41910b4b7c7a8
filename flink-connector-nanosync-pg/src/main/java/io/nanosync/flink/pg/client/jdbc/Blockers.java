package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Who holds up the creation of a slot, or a snapshot for one that is there: either waits for every
 * transaction that had written when it began, in any database.
 */
final class Blockers {

    private static final int SHOWN = 5;

    // Roles without pg_read_all_stats see neither age nor state of others, but always pid, role,
    // application and backend_xid. Never the query: it may hold values.
    private static final String SESSIONS =
            """
            SELECT a.pid, a.usename, a.datname, a.application_name, a.state,
                   floor(extract(epoch FROM clock_timestamp() - a.xact_start))::bigint AS seconds
              FROM pg_stat_activity a
             WHERE a.backend_xid IS NOT NULL AND a.pid NOT IN (pg_backend_pid(), ?)
             ORDER BY age(a.backend_xid) DESC
             LIMIT ?
            """;

    private static final String PREPARED =
            """
            SELECT gid, owner, database,
                   floor(extract(epoch FROM clock_timestamp() - prepared))::bigint AS seconds
              FROM pg_prepared_xacts
             ORDER BY prepared
             LIMIT ?
            """;

    private Blockers() {}

    /** Names them. */
    static String describe(List<Blocker> blockers) {
        return blockers.isEmpty()
                ? "none is visible to this role"
                : blockers.stream().map(Blocker::description).collect(Collectors.joining("; "));
    }

    /** Continues an error: who holds it up, and what ends them; nothing when nobody is seen. */
    static String heldUp(List<Blocker> blockers) {
        return blockers.isEmpty()
                ? ""
                : ", held up by "
                        + describe(blockers)
                        + ". Wait for them to end, or run: "
                        + blockers.stream().map(Blocker::remedy).collect(Collectors.joining("; "));
    }

    /** The oldest ones, each with the SQL that ends it. */
    static List<Blocker> of(Session session, int waiterPid) throws PgException {
        String doing = "find the transactions that hold up the slot";
        List<Blocker> blockers =
                new ArrayList<>(
                        session.rows(
                                doing,
                                PREPARED,
                                row ->
                                        Blocker.prepared(
                                                row.getString("gid"),
                                                row.getString("owner"),
                                                row.getString("database"),
                                                row.getLong("seconds")),
                                SHOWN));
        blockers.addAll(
                session.rows(
                        doing,
                        SESSIONS,
                        row -> {
                            long seconds = row.getLong("seconds");
                            boolean hidden = row.wasNull();
                            return Blocker.session(
                                    row.getInt("pid"),
                                    row.getString("usename"),
                                    row.getString("datname"),
                                    row.getString("application_name"),
                                    row.getString("state"),
                                    hidden ? null : seconds);
                        },
                        waiterPid,
                        SHOWN));
        return blockers.subList(0, Math.min(SHOWN, blockers.size()));
    }
}

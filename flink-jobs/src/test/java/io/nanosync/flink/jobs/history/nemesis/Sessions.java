package io.nanosync.flink.jobs.history.nemesis;

/** Sessions of the pipeline on its server, and how they are told apart. */
final class Sessions {

    /** Streams; one that creates the slot is left alone. */
    static final String WALSENDER =
            "pid IN (SELECT pid FROM pg_stat_replication WHERE state IN ('catchup', 'streaming'))";

    /** Does what has to be done once, and holds the pipeline's lock. */
    static final String CONTROL =
            "pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory') AND"
                    + " backend_type = 'client backend'";

    /** Holds the snapshot open. */
    static final String KEEPER = "state = 'idle in transaction'";

    /** Copies rows. */
    static final String COPY = "state = 'active' AND query LIKE 'COPY %'";

    private Sessions() {}

    /** Ends those of this kind, if there are any. */
    static void end(Target target, String kind) {
        int ended =
                target.database()
                        .queryList(
                                "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE"
                                        + " datname = current_database()"
                                        + " AND application_name = '"
                                        + target.pipeline().connection().applicationName()
                                        + "' AND "
                                        + kind)
                        .size();
        target.journal().note("    " + ended + " sessions ended");
    }
}

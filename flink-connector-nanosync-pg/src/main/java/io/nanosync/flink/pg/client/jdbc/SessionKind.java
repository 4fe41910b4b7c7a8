package io.nanosync.flink.pg.client.jdbc;

import java.time.Duration;

/** What a session is for, and with it how long it may be left waiting. */
enum SessionKind {
    /** Catalog, slot, publication: short statements. */
    CONTROL(Duration.ofSeconds(60)),
    /** Holds a snapshot for hours; short statements in between. */
    KEEPER(Duration.ofSeconds(60)),
    /** Reads tables; who does says how long a row may take to come. */
    SNAPSHOT(Duration.ofSeconds(60)),
    /** Reads rows by their keys; longer than its time-out for locks. */
    LOOKUP(Duration.ofSeconds(60)),
    /** A walsender. A time-out in the middle of a message would lose bytes, so there is none. */
    REPLICATION(Duration.ZERO);

    private final Duration networkTimeout;

    SessionKind(Duration networkTimeout) {
        this.networkTimeout = networkTimeout;
    }

    /** How long a read from the socket may take once connected; zero for any time. */
    Duration networkTimeout() {
        return networkTimeout;
    }

    /** Whether it reads table data and so runs the user's types and policies. */
    boolean holdsSnapshot() {
        return this == KEEPER || this == SNAPSHOT || this == LOOKUP;
    }
}

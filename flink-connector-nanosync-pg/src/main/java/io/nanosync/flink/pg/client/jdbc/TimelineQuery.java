package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.wal.Timeline;
import io.nanosync.flink.pg.wal.TimelineHistory;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks for the timelines of a server, once in a process. Any thread. */
final class TimelineQuery {

    private static final int SERVERS = 64;

    /** By server: as long as one runs on a timeline its history stays. */
    private static final Map<ServerIdentity, TimelineHistory> KNOWN =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(
                        Map.Entry<ServerIdentity, TimelineHistory> eldest) {
                    return size() > SERVERS;
                }
            };

    private TimelineQuery() {}

    /**
     * Asks over a connection of its own, where there is something to ask.
     *
     * @throws PgException to try again when another server is reached than this
     */
    static TimelineHistory of(Connector connector, ServerIdentity server) throws PgException {
        if (server.timeline() == Timeline.FIRST) {
            return TimelineHistory.first(server.systemIdentifier());
        }
        TimelineHistory known = known(server);
        if (known != null) {
            return known;
        }
        try (Session replication = connector.open(SessionKind.REPLICATION)) {
            ServerQueries there = new ServerQueries(replication);
            there.require(server);
            TimelineHistory asked = there.timelineHistory(server);
            synchronized (KNOWN) {
                KNOWN.put(server, asked);
            }
            return asked;
        }
    }

    private static @Nullable TimelineHistory known(ServerIdentity server) {
        synchronized (KNOWN) {
            return KNOWN.get(server);
        }
    }
}

package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.wal.Timeline;
import io.nanosync.flink.pg.wal.TimelineHistory;

/** Asks for the timelines of a server. */
final class TimelineQuery {

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
        try (Session replication = connector.open(SessionKind.REPLICATION)) {
            ServerQueries there = new ServerQueries(replication);
            there.require(server);
            return there.timelineHistory(server);
        }
    }
}

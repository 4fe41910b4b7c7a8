package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.testing.TestDatabase;
import java.time.Duration;

/** Clients for tests. */
final class Clients {

    static final Duration WAL_SENDER_TIMEOUT = Duration.ofMinutes(2);

    private Clients() {}

    static PgClient superuser(TestDatabase database) {
        return new JdbcPgClient(database.connectionConfig(), WAL_SENDER_TIMEOUT);
    }

    /** As the role that {@link PlainRole} makes. */
    static PgClient plain(TestDatabase database) {
        return new JdbcPgClient(
                database.connectionConfig(PlainRole.NAME, PlainRole.PASSWORD), WAL_SENDER_TIMEOUT);
    }
}

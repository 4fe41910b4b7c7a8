package io.nanosync.flink.pg.source.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.client.Keeper;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.SnapshotSession;
import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Reading ends early while the server looks for rows. PostgreSQL 13 doesn't notice that its client
 * is gone before it has something to send.
 */
final class SnapshotSessionsITCase {

    /** Sends nothing, like a scan that finds no row. */
    private static final String FINDS_NOTHING = "SELECT 1 WHERE pg_sleep(600) IS NULL";

    private TestDatabase database = TestPostgres.shared(13).createDatabase();

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    private PgClient client() {
        return new JdbcPgClient(database.connectionConfig(), Duration.ofSeconds(60));
    }

    private boolean serverIsAtWork() {
        return database.queryLong(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                + " AND wait_event = 'PgSleep'")
                > 0;
    }

    private static void read(SnapshotSession session, Keeper keeper) throws PgException {
        session.begin(keeper.identity());
        session.startCopy(FINDS_NOTHING, null);
        session.nextCopyData();
        session.nextCopyData();
    }

    private void awaitStopped() {
        Await.until("the server has stopped", () -> !serverIsAtWork());
    }

    @Test
    void serverStopsWhenItWasSilentForTooLong() throws Exception {
        SnapshotSessions sessions = new SnapshotSessions(client());
        try (Keeper keeper = client().takeSnapshot()) {
            SnapshotSession session = sessions.acquire();
            session.patience(Duration.ofSeconds(1));
            assertThatThrownBy(() -> read(session, keeper)).isInstanceOf(PgException.class);
            assertThat(serverIsAtWork()).isTrue();
            sessions.discard(session);
            awaitStopped();
        }
    }

    @Test
    void serverStopsWhenTheReaderIsClosed() throws Exception {
        SnapshotSessions sessions = new SnapshotSessions(client());
        try (Keeper keeper = client().takeSnapshot()) {
            for (int i = 0; i < 3; i++) {
                reading(sessions, keeper);
            }
            Await.until("the server is at work", this::serverIsAtWork);
            sessions.abort();
            awaitStopped();
        }
    }

    /** A fetcher. */
    private static void reading(SnapshotSessions sessions, Keeper keeper) throws IOException {
        SnapshotSession session = sessions.acquire();
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                read(session, keeper);
                            } catch (PgException e) {
                                sessions.discard(session);
                            }
                        });
        thread.setDaemon(true);
        thread.start();
    }

    /** Nobody can ask for it: the process was killed. */
    @ParameterizedTest
    @ValueSource(ints = {14, 18})
    void serverStopsWhenItsClientIsGone(int major) throws Exception {
        database.close();
        database = TestPostgres.shared(major).createDatabase();
        try (Keeper keeper = client().takeSnapshot();
                SnapshotSession session = client().openSnapshot()) {
            session.patience(Duration.ofSeconds(1));
            assertThatThrownBy(() -> read(session, keeper)).isInstanceOf(PgException.class);
            assertThat(serverIsAtWork()).isTrue();
            session.abort();
            awaitStopped();
        }
    }
}

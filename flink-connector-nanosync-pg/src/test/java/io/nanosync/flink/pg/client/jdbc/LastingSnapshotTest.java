package io.nanosync.flink.pg.client.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.client.ReplicationStream;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.Lsn;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a snapshot shows is waited for until neither a crash nor a promotion takes it back. */
final class LastingSnapshotTest {

    private static final String SLOT = "nanosync_slot_lasting";

    private TestPostgres server;
    private TestDatabase database;
    private ReplicationStream stream;
    private Session session;
    private LastingSnapshot lasting;

    /** The WAL writer doesn't come by on its own. */
    @BeforeEach
    void stream() throws Exception {
        server = TestPostgres.start(18, Map.of("wal_writer_delay", "10s"));
        database = server.createDatabase();
        database.execute(
                "CREATE TABLE t (id int)",
                "CREATE PUBLICATION streamed",
                "SELECT pg_create_logical_replication_slot('"
                        + SLOT
                        + "', 'pgoutput', false, false, true)");
        stream =
                Clients.superuser(database)
                        .startReplication(null, SLOT, "streamed", new Lsn(0), true);
        Connector connector = new Connector(database.connectionConfig());
        session = connector.open(SessionKind.LOOKUP);
        lasting = new LastingSnapshot(session, connector);
    }

    @AfterEach
    void close() {
        lasting.close();
        session.close();
        stream.abort();
        stream.close();
        server.close();
    }

    private Lsn end() {
        return Lsn.parse(database.queryString("SELECT pg_current_wal_insert_lsn()"));
    }

    private CompletableFuture<Void> await(Lsn wal) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        lasting.await(SLOT, wal, false, "");
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                });
    }

    private void assertAsks(CompletableFuture<Void> waiting) {
        String asked =
                "SELECT query_start::text FROM pg_stat_activity WHERE query LIKE"
                        + " '%AS flushed%' AND pid <> pg_backend_pid()";
        String first = Await.value("it asks", () -> database.queryString(asked));
        Await.until("it asks again", () -> !database.queryString(asked).equals(first));
        assertThat(waiting).isNotDone();
    }

    @Test
    void aCommitThatIsNotOnTheDiskIsFlushed() throws Exception {
        database.execute("SET synchronous_commit = off; INSERT INTO t VALUES (1)");
        Lsn wal = end();
        assertThat(flushed()).isLessThan(wal);
        await(wal).get(30, TimeUnit.SECONDS);
        assertThat(flushed()).isGreaterThanOrEqualTo(wal);
    }

    private Lsn flushed() {
        return Lsn.parse(database.queryString("SELECT pg_current_wal_flush_lsn()"));
    }

    /** The stream of a slot that standbys have too waits for them as well. */
    @Test
    void standbysThatTheStreamWaitsForAreWaitedFor() throws Exception {
        database.execute(
                "SELECT pg_create_physical_replication_slot('one', true)",
                "ALTER SYSTEM SET synchronized_standby_slots = 'one'",
                "SELECT pg_reload_conf()");
        Await.until(
                "the setting is there",
                () -> database.queryString("SHOW synchronized_standby_slots").equals("one"));
        database.execute("INSERT INTO t VALUES (1)");
        Lsn wal = end();
        CompletableFuture<Void> waiting = await(wal);
        assertAsks(waiting);
        database.execute("SELECT pg_replication_slot_advance('one', '" + wal + "')");
        waiting.get(30, TimeUnit.SECONDS);
    }
}

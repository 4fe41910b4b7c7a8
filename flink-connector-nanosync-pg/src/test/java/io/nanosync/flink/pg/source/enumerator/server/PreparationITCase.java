package io.nanosync.flink.pg.source.enumerator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.Keeper;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ReplicationStream;
import io.nanosync.flink.pg.client.SnapshotSession;
import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.source.Configs;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is done on the server before the first split, while somebody else works there too. */
final class PreparationITCase {

    private TestDatabase database;
    private PgClient client;

    @BeforeEach
    void connect() {
        database = TestPostgres.shared(18).createDatabase();
        database.execute("CREATE TABLE t (id int PRIMARY KEY, note text)");
        client = new JdbcPgClient(database.connectionConfig(), Duration.ofSeconds(60));
    }

    @AfterEach
    void close() {
        database.close();
    }

    /**
     * Creating a slot may wait for half an hour. The rows would be read in the type that the column
     * had before: a jsonb as text, with its version in front.
     */
    @Test
    void tableThatIsAlteredBeforeTheSnapshotIsTakenIsNotReadAsItWas() throws IOException {
        refusesWhenAltered(Configs.initial(database, "altered", "public.t"));
    }

    @Test
    void theSameWithoutASlot() throws IOException {
        refusesWhenAltered(Configs.of(database, "altered", new StartupMode.Snapshot(), "public.t"));
    }

    private void refusesWhenAltered(SourceConfig config) throws IOException {
        PgClient altering =
                new BeforeSnapshot(
                        client, "ALTER TABLE t ALTER COLUMN note TYPE jsonb USING to_jsonb(note)");
        try (PipelineSession session = new PipelineSession(altering, config.slot())) {
            assertThatThrownBy(() -> new Preparation(config, altering, session).begin())
                    .isInstanceOf(PgException.class)
                    .hasMessageContaining("Table public.t was altered")
                    .extracting(error -> ((PgException) error).recovery())
                    .isEqualTo(PgException.Recovery.RETRY);
            assertThat(session.livePlan()).isNull();
        }
        assertThat(left()).isZero();

        try (PipelineSession session = new PipelineSession(client, config.slot())) {
            new Preparation(config, client, session).begin();
            assertThat(session.livePlan().schemas().get(0).columns().get(1).type().name())
                    .isEqualTo("jsonb");
        }
    }

    private long left() {
        return database.queryLong(
                "SELECT (SELECT count(*) FROM pg_publication) + (SELECT count(*) FROM"
                        + " pg_replication_slots WHERE database = current_database())");
    }

    /** A client that has something done on the server right before a snapshot is taken. */
    private final class BeforeSnapshot implements PgClient {

        private static final long serialVersionUID = 1L;

        private final PgClient server;
        private final String sql;

        BeforeSnapshot(PgClient server, String sql) {
            this.server = server;
            this.sql = sql;
        }

        @Override
        public ExportedSlot createSlot(
                String slot, boolean failover, Duration bound, Consumer<String> waiting)
                throws PgException {
            database.execute(sql);
            return server.createSlot(slot, failover, bound, waiting);
        }

        @Override
        public Keeper takeSnapshot() throws PgException {
            database.execute(sql);
            return server.takeSnapshot();
        }

        @Override
        public ControlSession openControl() throws PgException {
            return server.openControl();
        }

        @Override
        public Keeper importSnapshot(String snapshotId) throws PgException {
            return server.importSnapshot(snapshotId);
        }

        @Override
        public SnapshotSession openSnapshot() throws PgException {
            return server.openSnapshot();
        }

        @Override
        public ReplicationStream startReplication(
                String slot, String publication, Lsn from, boolean binary) throws PgException {
            return server.startReplication(slot, publication, from, binary);
        }
    }
}

package io.nanosync.flink.pg.source.reader;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.Configs;
import io.nanosync.flink.pg.source.contract.ContractWatch;
import io.nanosync.flink.pg.source.split.StreamSplit;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import io.nanosync.flink.pg.wal.Timeline;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A gap between state and slot is never silent: each way to make one is found on a real server. */
final class StreamPreconditionsITCase {

    private TestDatabase database;
    private SourceConfig config;
    private ControlSession control;
    private ServerIdentity server;
    private Lsn position;

    @BeforeEach
    void createSlot() throws PgException {
        database = TestPostgres.shared(18).createDatabase();
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY)",
                "CREATE TABLE u (id int PRIMARY KEY)",
                "CREATE PUBLICATION nanosync_pub_gap FOR TABLE t",
                "SELECT pg_create_logical_replication_slot('nanosync_slot_gap', 'pgoutput')");
        config = Configs.initial(database, "gap", "public.t");
        control = new JdbcPgClient(config.connection(), Duration.ofSeconds(60)).openControl();
        server = control.identity();
        position = confirmed();
    }

    @AfterEach
    void close() {
        control.close();
        database.close();
    }

    private Lsn confirmed() throws PgException {
        return Objects.requireNonNull(
                Objects.requireNonNull(control.slot("nanosync_slot_gap")).confirmedFlush());
    }

    private StreamSplit split(long systemIdentifier, int timeline, String... tables)
            throws PgException {
        List<io.nanosync.flink.pg.relation.TableSchema> schemas = new java.util.ArrayList<>();
        for (String table : tables) {
            schemas.add(
                    Objects.requireNonNull(control.describe(new QualifiedName("public", table)))
                            .schema());
        }
        return new StreamSplit(
                Timeline.numbered(systemIdentifier, timeline),
                StreamPosition.at(position),
                schemas,
                control.readCatalog("nanosync_pub_gap", schemas).contract(),
                List.of(),
                0);
    }

    private void check() throws PgException {
        check(split(server.systemIdentifier(), server.timeline(), "t"));
    }

    private void check(StreamSplit split) throws PgException {
        new StreamPreconditions(config, new ContractWatch(config, split.tables(), split.contract()))
                .check(control, split.place());
    }

    @Test
    void slotThatHoldsThePositionPasses() {
        assertThatCode(this::check).doesNotThrowAnyException();
    }

    @Test
    void missingSlotIsFound() {
        database.execute("SELECT pg_drop_replication_slot('nanosync_slot_gap')");
        assertThatThrownBy(this::check)
                .isInstanceOf(PgException.class)
                .hasMessageContaining("the slot does not exist. It was there at LSN " + position)
                .hasMessageContaining(
                        "For a fresh snapshot stop the job, run: SELECT pg_drop_replication_slot(");
    }

    @Test
    void slotThatWasConfirmedBeyondThePositionIsFound() throws PgException {
        database.execute(
                "INSERT INTO t VALUES (1)",
                "SELECT pg_replication_slot_advance('nanosync_slot_gap', pg_current_wal_lsn())");
        assertThatThrownBy(this::check)
                .isInstanceOf(PgException.class)
                .hasMessageContaining(
                        "was confirmed up to LSN " + confirmed() + ", the state is at " + position);
    }

    @Test
    void slotThatWasDroppedAndMadeAgainIsFound() {
        database.execute(
                "SELECT pg_drop_replication_slot('nanosync_slot_gap')",
                "INSERT INTO t VALUES (1)",
                "SELECT pg_create_logical_replication_slot('nanosync_slot_gap', 'pgoutput')");
        assertThatThrownBy(this::check)
                .isInstanceOf(PgException.class)
                .hasMessageContaining("the changes between are gone from the slot");
    }

    @Test
    void slotOfAnotherDatabaseIsNotTakenForALostOne() {
        try (TestDatabase copy = TestPostgres.shared(18).createDatabase()) {
            database.execute("SELECT pg_drop_replication_slot('nanosync_slot_gap')");
            copy.execute(
                    "SELECT pg_create_logical_replication_slot('nanosync_slot_gap', 'pgoutput')");
            assertThatThrownBy(this::check)
                    .isInstanceOf(PgException.class)
                    .hasMessageContaining(
                            "it belongs to database \""
                                    + copy.name()
                                    + "\", and the pipeline reads")
                    .hasMessageNotContaining("pg_drop_replication_slot");
        }
    }

    @Test
    void positionBeyondTheWalOfTheServerIsFound() throws PgException {
        position = new Lsn(control.currentLsn().value() + (1L << 30));
        assertThatThrownBy(this::check)
                .isInstanceOf(PgException.class)
                .hasMessageContaining(
                        "what was read reaches up to LSN "
                                + position
                                + ", and the server's WAL ends at ")
                .hasMessageContaining("it was set back");
    }

    @Test
    void missingPublicationIsFound() {
        database.execute("DROP PUBLICATION nanosync_pub_gap");
        assertThatThrownBy(this::check)
                .isInstanceOf(PgException.class)
                .hasMessageContaining("publication \"nanosync_pub_gap\" does not exist");
    }

    @Test
    void tableThatLeftThePublicationIsFound() {
        database.execute("ALTER PUBLICATION nanosync_pub_gap SET TABLE u");
        assertThatThrownBy(this::check)
                .isInstanceOf(PgException.class)
                .hasMessageContaining("does not cover public.t any more");
    }

    @Test
    void otherClusterIsFound() {
        assertThatThrownBy(
                        () -> check(split(server.systemIdentifier() + 1, server.timeline(), "t")))
                .isInstanceOf(PgException.class)
                .hasMessageContaining("belongs to the PostgreSQL cluster with system identifier");
    }

    @Test
    void otherTimelineIsFound() {
        assertThatThrownBy(
                        () -> check(split(server.systemIdentifier(), server.timeline() + 1, "t")))
                .isInstanceOf(PgException.class)
                .hasMessageContaining(
                        "on timeline 1, which didn't come from that: it is a former primary");
    }
}

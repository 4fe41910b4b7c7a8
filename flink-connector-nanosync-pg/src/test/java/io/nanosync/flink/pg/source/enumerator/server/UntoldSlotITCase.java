package io.nanosync.flink.pg.source.enumerator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.source.Configs;
import io.nanosync.flink.pg.source.enumerator.snapshot.LostSnapshot;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A slot that the pipeline asked for, wasn't told of, took up and then streamed from. */
final class UntoldSlotITCase {

    @TempDir private Path folder;
    private TestDatabase database;
    private PgClient client;
    private SourceConfig config;

    @BeforeEach
    void connect() {
        database = TestPostgres.shared(18).createDatabase();
        database.execute("CREATE TABLE t (id int PRIMARY KEY)");
        client = new JdbcPgClient(database.connectionConfig(), Duration.ofSeconds(60));
        config = Configs.initial(database, "told_nothing", "public.t");
    }

    @AfterEach
    void close() {
        database.close();
    }

    /** The state from before the slot was taken up is old then, as it is with a slot of its own. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isNoLongerTakenForAnUnusedOneOnceItWasStreamedFrom(boolean otherProcess)
            throws IOException {
        MadeSlots made = new MadeSlots();
        if (otherProcess) {
            config = Configs.withStateDir(config, folder.toUri().toString());
        }
        try (PipelineSession session = new PipelineSession(client, config.slot())) {
            Preparation preparation = new Preparation(config, client, session, made);
            LostSnapshot lost = lost(((Beginning.FromSnapshot) preparation.begin()).plan());
            session.releaseSnapshot();
            askForAnother(made, session);

            // Whichever comes of it, until somebody has streamed it is as it was found.
            MadeSlots now = otherProcess ? new MadeSlots() : made;
            Preparation next = new Preparation(config, client, session, now);
            assertThat(next.restart(lost).end()).isNotNull();
            session.releaseSnapshot();
            assertThat(next.restart(lost).end()).isNotNull();
            session.releaseSnapshot();

            database.execute(
                    "INSERT INTO t VALUES (1)",
                    "SELECT pg_replication_slot_advance('"
                            + config.slot()
                            + "', pg_current_wal_lsn())");
            assertThatThrownBy(() -> next.restart(lost))
                    .isInstanceOf(PgException.class)
                    .hasMessageContaining("is older than the slot")
                    .hasMessageContaining(FreshSnapshot.remedy(config))
                    .extracting(error -> ((PgException) error).recovery())
                    .isEqualTo(PgException.Recovery.FAIL);
            if (otherProcess) {
                assertThatThrownBy(next::begin)
                        .hasMessageContaining("has moved since this pipeline took it up at LSN ");
            }
            database.execute(FreshSnapshot.dropSlot(config.slot()));
            assertThat(((Beginning.FromSnapshot) next.begin()).plan().end()).isNull();
        }
    }

    /** The slot is gone; another was asked for, and is there, and nobody knows whose it is. */
    private void askForAnother(MadeSlots made, PipelineSession session) throws IOException {
        database.execute(FreshSnapshot.dropSlot(config.slot()));
        new IntentFile(config).record(session.ask(ControlSession::identity).systemIdentifier());
        made.mayCome(config);
        database.execute(
                "SELECT pg_create_logical_replication_slot('" + config.slot() + "', 'pgoutput')");
    }

    /** A snapshot of which no table is finished. */
    private static LostSnapshot lost(SnapshotPlan plan) {
        return new LostSnapshot(plan, Set.of(), Set.of());
    }
}

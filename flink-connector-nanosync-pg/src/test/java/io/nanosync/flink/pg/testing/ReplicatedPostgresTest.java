package io.nanosync.flink.pg.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
@Tag("long")
class ReplicatedPostgresTest {

    @ParameterizedTest
    @ValueSource(ints = {16, 17, 18})
    void standbyIsPromotedAgainAndAgainAndHasAllThatWasReplicated(int major) {
        try (ReplicatedPostgres servers = ReplicatedPostgres.start(major)) {
            TestDatabase database = servers.createDatabase();
            String name = database.name();
            database.execute("CREATE TABLE t (a int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
            servers.awaitStandbyHasAll();
            servers.failOver();
            assertThat(servers.database(name).queryList("SELECT a FROM t")).containsExactly("1");
            servers.addStandby();
            servers.database(name).execute("INSERT INTO t VALUES (2)");
            servers.switchOver();
            assertThat(servers.database(name).queryList("SELECT a FROM t ORDER BY a"))
                    .containsExactly("1", "2");
            assertThat(
                            servers.primary()
                                    .queryString("SELECT timeline_id FROM pg_control_checkpoint()"))
                    .isIn("2", "3");
            servers.startFormer();
            assertThat(servers.former(name).queryString("SELECT pg_is_in_recovery()"))
                    .isEqualTo("f");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 18})
    void slotOutlivesPromotions(int major) {
        try (ReplicatedPostgres servers = ReplicatedPostgres.start(major)) {
            TestDatabase database = servers.createDatabase();
            String name = database.name();
            database.execute(
                    "SELECT pg_create_logical_replication_slot('s', 'pgoutput', false, false,"
                            + " true)");
            for (int promotion = 0; promotion < 2; promotion++) {
                Await.until(
                        "the slot is synced",
                        () -> {
                            servers.primary()
                                    .execute(
                                            "SELECT pg_log_standby_snapshot()",
                                            "SELECT pg_replication_slot_advance('s',"
                                                    + " pg_current_wal_flush_lsn())");
                            return servers.isSynced("s");
                        });
                servers.failOver();
                servers.addStandby();
                assertThat(
                                servers.database(name)
                                        .queryString(
                                                "SELECT synced FROM pg_replication_slots WHERE"
                                                        + " slot_name = 's'"))
                        .isEqualTo("t");
            }
        }
    }
}

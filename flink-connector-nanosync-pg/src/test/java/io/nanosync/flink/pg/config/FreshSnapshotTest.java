package io.nanosync.flink.pg.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import org.junit.jupiter.api.Test;

class FreshSnapshotTest {

    @Test
    void dropsASlotAndMindsNotThatItIsGone() {
        try (TestDatabase database = TestPostgres.shared(16).createDatabase()) {
            database.execute("SELECT pg_create_logical_replication_slot('stale', 'pgoutput')");
            String drop = FreshSnapshot.dropSlot("stale");
            database.execute(drop);
            assertThat(database.queryList("SELECT slot_name FROM pg_replication_slots"))
                    .doesNotContain("stale");
            database.execute(drop);
        }
    }

    @Test
    void saysWhatIsKnownOfTheStateOfAPipeline() {
        assertThat(FreshSnapshot.remedy("nanosync_slot_p"))
                .isEqualTo(
                        "For a fresh snapshot stop the job, run: SELECT"
                                + " pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                                + " WHERE slot_name = 'nanosync_slot_p'; then delete its folder"
                                + " under state_dir (SQL and DataStream jobs: take no checkpoint or"
                                + " savepoint) and start it again, with an empty sink, since it"
                                + " gets every row again");
    }
}

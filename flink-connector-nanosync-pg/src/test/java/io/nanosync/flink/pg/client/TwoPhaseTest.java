package io.nanosync.flink.pg.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What turns two_phase off is run as it is said. */
final class TwoPhaseTest {

    /** Of 63 bytes, of which its copy's name can't hold all. */
    private static final String SLOT = "two_phase_" + "x".repeat(53);

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void movesTheSlotNowhere(int major) throws Exception {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase();
                ControlSession control = open(database)) {
            database.execute(
                    "SELECT pg_create_logical_replication_slot('"
                            + SLOT
                            + "', 'pgoutput', false, true)",
                    "CREATE TABLE t (id int)");
            SlotState slot = slot(control);
            assertThat(slot.deliversPrepared()).isTrue();
            database.executeAsTold(TwoPhase.turnOff(slot, major, false));
            assertThat(slot(control).deliversPrepared()).isFalse();
            assertThat(slot(control).confirmedFlush()).isEqualTo(slot.confirmedFlush());
            assertThat(database.queryList("SELECT slot_name FROM pg_replication_slots"))
                    .contains(SLOT)
                    .doesNotContain(SLOT.substring(0, 58) + "_copy");
            control.dropSlot(SLOT);
        }
    }

    @Test
    void leavesASlotOf17OneForFailover() throws Exception {
        try (TestDatabase database = TestPostgres.shared(17).createDatabase();
                ControlSession control = open(database)) {
            database.execute(
                    "SELECT pg_create_logical_replication_slot('"
                            + SLOT
                            + "', 'pgoutput', false, true)");
            database.executeAsTold(TwoPhase.turnOff(slot(control), 17, true));
            assertThat(
                            database.queryRows(
                                    "SELECT two_phase, failover FROM pg_replication_slots WHERE"
                                            + " slot_name = '"
                                            + SLOT
                                            + "'"))
                    .containsExactly(List.of("f", "t"));
            control.dropSlot(SLOT);
        }
    }

    private static ControlSession open(TestDatabase database) throws PgException {
        return new JdbcPgClient(database.connectionConfig(), Duration.ofSeconds(60)).openControl();
    }

    private static SlotState slot(ControlSession control) throws PgException {
        return Objects.requireNonNull(control.slot(SLOT));
    }
}

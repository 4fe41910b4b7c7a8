package io.nanosync.flink.jobs.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.history.load.Division;
import io.nanosync.flink.jobs.history.nemesis.Fault;
import io.nanosync.flink.jobs.history.nemesis.ReadAgain;
import io.nanosync.flink.jobs.history.nemesis.SchemaDrift;
import io.nanosync.flink.jobs.history.nemesis.Script;
import io.nanosync.flink.jobs.history.nemesis.Step;
import io.nanosync.flink.pg.config.PartitionStrategy;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A few histories with the combinations that matter most. */
final class HistoryITCase {

    @TempDir private Path folder;
    private Campaign campaign;

    @BeforeEach
    void begin() {
        campaign = new Campaign(folder);
    }

    @AfterEach
    void end() {
        campaign.close();
    }

    private void keepsItsPromises(Plan plan) throws Exception {
        Outcome outcome = campaign.live(plan);
        assertThat(outcome.violations()).as(outcome.toString()).isEmpty();
        assertThat(outcome.samples()).isPositive();
    }

    private static Step together(long gapMillis, Fault... faults) {
        return new Step(List.of(faults), gapMillis, 500, 1_000, 1);
    }

    @Test
    void reconnectsWhileCheckpointsAreDeclinedAndThenCrashes() throws Exception {
        keepsItsPromises(
                Plan.of(
                        1,
                        18,
                        Script.reconnectThenCrash(Fault.FAIL_OPERATOR, 1),
                        Script.reconnectThenCrash(Fault.LOSE_TASK_MANAGER, 2),
                        Script.reconnectThenCrash(Fault.LOSE_JOB_MASTER, 3)));
    }

    @Test
    void losesServerAndProcessesTogether() throws Exception {
        keepsItsPromises(
                Plan.of(
                        2,
                        14,
                        together(100, Fault.CRASH_SERVER, Fault.LOSE_TASK_MANAGER),
                        together(200, Fault.HOLD_SINK, Fault.RESTART_SERVER, Fault.FAIL_OPERATOR),
                        together(300, Fault.END_CONTROL, Fault.END_WALSENDER)));
    }

    @Test
    void stopsAndStartsWhileConnectionsVanish() throws Exception {
        keepsItsPromises(
                Plan.of(
                        3,
                        17,
                        together(200, Fault.END_WALSENDER, Fault.STOP_AND_RESCALE),
                        together(1_000, Fault.BLACK_HOLE, Fault.FAIL_OPERATOR),
                        together(100, Fault.CANCEL_AND_START, Fault.LOSE_JOB_MASTER)));
    }

    @Test
    @Tag("long")
    void readsTablesAgainWhileKeeperAndOperatorFail() throws Exception {
        Step atStart =
                new Step(
                        List.of(ReadAgain.READ_AGAIN_AT_START, Fault.END_KEEPER), 300, 1, 2_000, 2);
        Step running =
                new Step(List.of(ReadAgain.READ_AGAIN, Fault.FAIL_OPERATOR), 2_500, 1, 1_000, 3);
        keepsItsPromises(Plan.of(5, 18, atStart, running).in(Setting.PLAIN.readingAgain()));
    }

    @Test
    void schemasChangeUnderTransactionsThatComeWhole() throws Exception {
        Step accepted = new Step(List.of(SchemaDrift.ALTER_ACCEPT_AND_FAIL), 0, 100, 1_000, 4);
        Step within = new Step(List.of(SchemaDrift.ALTER_IN_A_TRANSACTION), 0, 100, 1_000, 5);
        keepsItsPromises(
                Plan.of(6, 18, accepted, within)
                        .in(Setting.PLAIN.changing(Schemas.ASK).delivering(Delivery.WHOLE)));
    }

    @Test
    void losesTheSnapshotInRangesOfValuesBehindASlotMadeByHand() throws Exception {
        Setting setting =
                new Setting(
                        Division.of(PartitionStrategy.NTILE, true),
                        Groundwork.SLOT_FIRST,
                        new Script(List.of(together(0, Fault.END_KEEPER, Fault.FAIL_OPERATOR))));
        keepsItsPromises(Plan.of(4, 16, together(0, Fault.END_WALSENDER)).in(setting));
    }
}

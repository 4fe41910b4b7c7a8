package io.nanosync.flink.jobs.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.history.load.LoadTables;
import io.nanosync.flink.jobs.history.load.Published;
import io.nanosync.flink.jobs.history.nemesis.Actions;
import io.nanosync.flink.jobs.history.nemesis.Consequence;
import io.nanosync.flink.jobs.history.nemesis.Step;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.LongStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PlanTest {

    private static Plan plan(long seed) {
        return Plan.draw(seed, Actions.named("all"));
    }

    private static List<Published> published(long first, long end) {
        return LongStream.range(first, end)
                .mapToObj(seed -> plan(seed).setting().published())
                .toList();
    }

    /** All that is drawn but what is published. */
    private static String drawn(long seed) {
        Plan plan = plan(seed);
        return List.of(
                                plan.version(),
                                plan.parallelism(),
                                plan.checkpointMillis(),
                                plan.streamsFirst(),
                                plan.truncates(),
                                plan.startMillis(),
                                plan.script(),
                                plan.setting().division(),
                                plan.setting().groundwork(),
                                plan.setting().opening())
                        .toString()
                + (plan.setting().capture().alters()
                                || plan.setting().delivery().isWhole()
                                || plan.setting().schemas().change()
                                || plan.setting().promotes()
                        ? plan.setting()
                        : "");
    }

    /** Else what a seed found once can't be lived again. */
    @ParameterizedTest
    @CsvSource({
        "0, 1000, 2359849649",
        "1000, 20000, 289749309",
        "20000, 20500, 3546968920",
        "40000, 40500, 894651552",
        "50000, 50500, 3604507436",
        "60000, 60500, 3029732651",
        "70000, 70500, 210008068",
        "75000, 75500, 3481311713",
        "80000, 80500, 2115108699",
        "90000, 90500, 1853484735"
    })
    void whatASeedMeansStaysForEver(long first, long end, long checksum) {
        CRC32 crc = new CRC32();
        LongStream.range(first, end)
                .forEach(seed -> crc.update(drawn(seed).getBytes(StandardCharsets.UTF_8)));

        assertThat(crc.getValue()).isEqualTo(checksum);
    }

    @Test
    void earlierSeedsPublishAll() {
        assertThat(published(0, 20_000)).containsOnly(Published.WHOLE);
    }

    @Test
    void earlierSeedsCaptureAll() {
        assertThat(LongStream.range(0, 40_000).mapToObj(PlanTest::plan))
                .allMatch(plan -> plan.setting().capture().equals(Capture.ALL))
                .noneMatch(plan -> plan.script().toString().contains("ALTER_AT"));
    }

    @Test
    void laterSeedsAlterTheTables() {
        List<Plan> plans = LongStream.range(40_000, 40_300).mapToObj(PlanTest::plan).toList();

        assertThat(plans)
                .allMatch(plan -> plan.setting().capture().first().contains(LoadTables.MARKER))
                .anyMatch(plan -> plan.setting().groundwork().isByHand())
                .anyMatch(plan -> plan.setting().published().scope() == Published.Scope.SCHEMA)
                .anyMatch(plan -> plan.setting().published().scope() == Published.Scope.ALL_TABLES);
        assertThat(plans.stream().filter(plan -> plan.script().toString().contains("ALTER_AT")))
                .hasSizeGreaterThan(200);
        assertThat(plans.toString()).contains("ALTER_AT_SAVEPOINT").contains("ALTER_AT_CHECKPOINT");
    }

    @Test
    void earlierSeedsReadNothingAgain() {
        assertThat(LongStream.range(0, 50_000).mapToObj(PlanTest::plan))
                .noneMatch(plan -> plan.setting().readsAgain())
                .noneMatch(plan -> plan.script().toString().contains("READ_AGAIN"));
    }

    @Test
    void laterSeedsReadTablesAgain() {
        List<Plan> plans = LongStream.range(50_000, 50_300).mapToObj(PlanTest::plan).toList();

        assertThat(plans)
                .allMatch(plan -> plan.setting().readsAgain())
                .anyMatch(plan -> plan.setting().capture().alters())
                .anyMatch(plan -> !plan.setting().capture().alters())
                .anyMatch(plan -> plan.setting().groundwork().isByHand())
                .allMatch(plan -> plan.script().steps().stream().allMatch(PlanTest::goesOn))
                .filteredOn(plan -> plan.script().toString().contains("READ_AGAIN"))
                .hasSizeGreaterThan(200);
        assertThat(plans.toString())
                .contains("READ_AGAIN,")
                .contains("READ_AGAIN_AT_START")
                .contains("ALTER_AND_READ_AGAIN");
    }

    @Test
    void laterSeedsAlterWhatIsPublishedInPart() {
        List<Plan> plans = LongStream.range(60_000, 60_300).mapToObj(PlanTest::plan).toList();

        assertThat(plans).allMatch(plan -> plan.setting().copies());
        assertThat(plans.stream().map(Plan::setting).filter(setting -> setting.capture().alters()))
                .anyMatch(setting -> setting.published().insertsAlone())
                .anyMatch(setting -> setting.published().scope() == Published.Scope.SCHEMA)
                .anyMatch(setting -> setting.published().isInPart())
                .allMatch(
                        setting ->
                                setting.capture()
                                        .steady()
                                        .containsAll(setting.published().excerpts().keySet()));
    }

    @Test
    void laterSeedsDeliverTransactionsWhole() {
        List<Setting> settings =
                LongStream.range(70_000, 70_300).mapToObj(seed -> plan(seed).setting()).toList();

        for (Delivery delivery : Delivery.values()) {
            assertThat(settings).anyMatch(setting -> setting.delivery() == delivery);
        }
        assertThat(LongStream.range(60_000, 70_000).mapToObj(seed -> plan(seed).setting()))
                .allMatch(setting -> setting.delivery() == Delivery.AS_READ);
    }

    @Test
    void laterSeedsChangeSchemas() {
        List<Plan> plans = LongStream.range(75_000, 75_300).mapToObj(PlanTest::plan).toList();

        assertThat(plans)
                .allMatch(Plan::streamsFirst)
                .allMatch(plan -> plan.setting().schemas().change())
                .anyMatch(plan -> plan.setting().schemas() == Schemas.ACCEPT_COMPATIBLE)
                .anyMatch(plan -> plan.setting().delivery() == Delivery.AS_READ)
                .anyMatch(plan -> plan.setting().delivery() == Delivery.WHOLE);
        assertThat(plans.toString())
                .contains("ALTER_SCHEMA")
                .contains("ALTER_ACCEPT_AND_FAIL")
                .contains("REFUSE_SCHEMA");
        assertThat(LongStream.range(70_000, 75_000).mapToObj(PlanTest::plan))
                .allMatch(plan -> plan.setting().schemas() == Schemas.STAY)
                .noneMatch(plan -> plan.script().toString().contains("_SCHEMA"));
    }

    @Test
    void laterSeedsPromoteAStandby() {
        List<Plan> plans = LongStream.range(80_000, 80_300).mapToObj(PlanTest::plan).toList();

        assertThat(plans)
                .allMatch(plan -> plan.setting().promotes() && plan.streamsFirst())
                .allMatch(plan -> plan.version() >= 17)
                .anyMatch(plan -> plan.version() == 17)
                .anyMatch(plan -> plan.setting().delivery().isWhole());
        assertThat(plans.toString())
                .contains("FAIL_OVER")
                .contains("SWITCH_OVER")
                .doesNotContain("CRASH_SERVER");
        assertThat(LongStream.range(70_000, 80_000).mapToObj(PlanTest::plan))
                .noneMatch(plan -> plan.setting().promotes());
    }

    @Test
    void laterSeedsRefuseSchemasForAWhile() {
        List<Plan> plans = LongStream.range(90_000, 90_300).mapToObj(PlanTest::plan).toList();

        assertThat(plans)
                .allMatch(plan -> plan.setting().schemas().change() && !plan.setting().promotes())
                .filteredOn(plan -> plan.script().toString().contains("REFUSE_FOR_A_WHILE"))
                .hasSizeGreaterThan(100);
        assertThat(
                        plans.stream()
                                .filter(plan -> plan.script().toString().contains("REFUSE_SCHEMA")))
                .hasSizeGreaterThan(50);
        assertThat(LongStream.range(70_000, 90_000).mapToObj(PlanTest::plan))
                .noneMatch(plan -> plan.script().toString().contains("REFUSE_FOR_A_WHILE"));
    }

    private static boolean goesOn(Step step) {
        return step.actions().stream()
                .allMatch(action -> action.consequence() instanceof Consequence.GoesOn);
    }

    @ParameterizedTest
    @CsvSource({
        "130020, false", "130021, true", "140017, false", "140018, true", "150012, false",
        "150013, true", "160008, false", "160009, true", "170004, false", "170005, true",
        "180000, true", "190001, true", "120022, false"
    })
    void knowsWhichServersCanAddTables(int version, boolean can) {
        assertThat(AlteredTables.canAdd(version)).isEqualTo(can);
    }

    @Test
    void laterSeedsPublishInEachWay() {
        assertThat(published(20_000, 20_300))
                .anyMatch(published -> published.scope() == Published.Scope.SCHEMA)
                .anyMatch(published -> published.scope() == Published.Scope.ALL_TABLES)
                .anyMatch(Published::insertsAlone)
                .anyMatch(published -> published.sql("p", LoadTables.names()).contains(" WHERE "))
                .anyMatch(
                        published ->
                                published.sql("p", LoadTables.names()).contains(" (id, note)"));
    }

    @Test
    void serversBefore15AreAskedForWhatTheyHave() {
        LongStream.range(20_000, 20_300)
                .mapToObj(PlanTest::plan)
                .filter(plan -> plan.version() < 15)
                .map(plan -> plan.setting().published())
                .forEach(
                        published -> {
                            assertThat(published.scope()).isNotEqualTo(Published.Scope.SCHEMA);
                            assertThat(published.excerpts()).isEmpty();
                        });
    }
}

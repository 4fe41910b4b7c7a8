package io.nanosync.flink.pg.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.testing.OptionSample;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SourceOptionsTest {

    private static final ConnectionConfig CONNECTION = Dsn.parse("postgres://u@h/d").orThrow();

    private static List<OptionSample> samples() {
        return OptionSample.all();
    }

    /** The reference, messages and the tests of each way in take them from there. */
    @Test
    void listsEveryOptionAndASampleOfEach() throws IllegalAccessException {
        List<SourceOption<?>> declared = new ArrayList<>();
        for (Field field : SourceOptions.class.getDeclaredFields()) {
            if (field.getType() == SourceOption.class) {
                declared.add((SourceOption<?>) field.get(null));
            }
        }
        assertThat(SourceOptions.all()).containsExactlyElementsOf(declared);
        assertThat(samples().stream().map(OptionSample::option))
                .containsExactlyElementsOf(declared);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everyOptionHasItsDefaultAndReachesTheConfiguration(OptionSample sample) {
        assertThat(sample.shown(config(Map.of()))).isEqualTo(sample.byDefault());
        assertThat(sample.shown(config(sample.texts()))).isEqualTo(sample.given());
        assertThat(sample.given()).isNotEqualTo(sample.byDefault());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everyOptionTellsWhatItExpects(OptionSample sample) {
        Checked<OptionValues> checked =
                OptionValues.of(Map.of(sample.option().name(), " "), NameStyle.UNDERSCORE);
        assertThat(checked.problems().stream().map(Problem::toString))
                .containsExactly(
                        sample.option().name()
                                + ": found \" \", expected "
                                + sample.option().type().expected());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everyValueTravels(OptionSample sample) throws Exception {
        SourceConfig config = config(sample.texts());
        SourceConfig arrived =
                InstantiationUtil.deserializeObject(
                        InstantiationUtil.serializeObject(config), getClass().getClassLoader());
        assertThat(arrived).isEqualTo(config);
        assertThat(sample.shown(arrived)).isEqualTo(sample.given());
    }

    private static SourceConfig config(Map<String, String> texts) {
        return SourceConfig.of(CONNECTION, "p", List.of(), valid(texts));
    }

    @Test
    void namesEveryPropertyOfTheReference() {
        assertThat(SourceOptions.all().stream().map(SourceOption::name))
                .containsExactlyInAnyOrder(
                        "replication_slot",
                        "publication",
                        "snapshot_workers",
                        "chunk_size",
                        "partition_strategy",
                        "partition_column",
                        "ctid_partition_blocks",
                        "wal_heartbeat_enabled",
                        "wal_heartbeat_interval",
                        "wal_sender_timeout",
                        "keepalive_idle_interval",
                        "slot_lag_alert_mb",
                        "failover_slots",
                        "batch_boundary_signaling",
                        "max_reconnect_attempts",
                        "cdc_channel_buffer_size",
                        "normalize_buffer_hours",
                        "startup_mode",
                        "schema_drift",
                        "unrepresentable");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "snapshot_workers | 0 | found \"0\", expected a whole number from 1 to 256",
                "snapshot_workers | 4.5 | found \"4.5\", expected a whole number from 1 to 256",
                "snapshot_workers | four | found \"four\", expected a whole number from 1 to 256",
                "snapshot_workers | 99999999999 | found \"99999999999\", expected a whole number"
                        + " from 1 to 256",
                "chunk_size | ٣ | found \"٣\", expected a whole number from 1 to 1000000",
                "failover_slots | yes | found \"yes\", expected true or false",
                "failover_slots | True | found \"True\", expected true or false; did you mean"
                        + " true?",
                "wal_heartbeat_interval | 10 | found \"10\", expected a duration from 100ms to 24h,"
                        + " such as 500ms, 10s or 1m30s",
                "wal_heartbeat_interval | 0 | found \"0\", expected a duration from 100ms to 24h,"
                        + " such as 500ms, 10s or 1m30s",
                "wal_sender_timeout | 10ms | found \"10ms\", expected 0 or a duration from 1s to"
                        + " 24h, such as 500ms, 10s or 1m30s",
                "replication_slot | My-Slot | found \"My-Slot\", expected a slot name: 1 to 63"
                        + " lower-case letters, digits and underscores",
                "publication | `` | found \"\", expected a name of 1 to 63 bytes",
                "startup_mode | inital | found \"inital\", expected initial, snapshot, latest, slot"
                        + " or lsn: with a position such as lsn:16/B374D848; did you mean initial?",
                "startup_mode | lsn:16-B3 | found \"lsn:16-B3\", expected initial, snapshot,"
                        + " latest, slot or lsn: with a position such as lsn:16/B374D848",
                "unrepresentable | clamp | found \"clamp\", expected fail or null",
                "partition_strategy | ctd | found \"ctd\", expected ctid, ntile or minmax; did you"
                        + " mean ctid?",
                "snapshot_worker | 4 | unknown property; did you mean snapshot_workers?",
                "slot.name | s | is an option of Flink CDC; use replication_slot (made when it"
                        + " isn't there)",
                "debezium.decimal.handling.mode | double | is an option of Flink CDC; leave it out"
                        + " (there is no Debezium behind this connector)",
                "partition_column | id | has no effect, since partition_strategy is ctid, which"
                        + " divides by pages, expected partition_strategy: ntile or minmax with"
                        + " it"
            })
    void saysWhatIsWrong(String name, String value, String problem) {
        Checked<OptionValues> checked = OptionValues.of(Map.of(name, value), NameStyle.UNDERSCORE);
        assertThat(checked.problems().stream().map(Problem::toString))
                .containsExactly(name + ": " + problem);
        assertThat(checked.value()).isNull();
    }

    @Test
    void listsAllNamesWhereNoneIsNear() {
        Checked<OptionValues> checked = OptionValues.of(Map.of("colour", "red"), NameStyle.DASH);
        assertThat(checked.problems()).hasSize(1);
        assertThat(checked.problems().get(0).toString())
                .startsWith(
                        "colour: unknown option, expected one of replication-slot, publication,"
                                + " startup-mode, snapshot-workers")
                .endsWith("normalize-buffer-hours");
    }

    @Test
    void demandsAColumnWhereAStrategyNeedsOne() {
        Checked<OptionValues> checked =
                OptionValues.of(Map.of("partition_strategy", "ntile"), NameStyle.UNDERSCORE);
        assertThat(checked.problems().stream().map(Problem::toString))
                .containsExactly(
                        "partition_column: missing, although partition_strategy is not ctid,"
                                + " expected the column to divide by");
    }

    @Test
    void reportsAllProblemsAtOnce() {
        Checked<OptionValues> checked =
                OptionValues.of(
                        Map.of("snapshot-workers", "x", "chunk-size", "y", "publicaton", "z"),
                        NameStyle.DASH);
        assertThat(checked.problems().stream().map(Problem::path))
                .containsExactlyInAnyOrder("snapshot-workers", "chunk-size", "publicaton");
        assertThatThrownBy(checked::orThrow)
                .isInstanceOfSatisfying(
                        InvalidConfigException.class,
                        e -> assertThat(e.problems()).isEqualTo(checked.problems()))
                .hasMessageContaining("publicaton: unknown option; did you mean publication?");
    }

    @Test
    void readsNamesInTheStyleOfSql() {
        Checked<OptionValues> checked =
                OptionValues.of(Map.of("snapshot-workers", " 2 "), NameStyle.DASH);
        assertThat(checked.orThrow().get(SourceOptions.SNAPSHOT_WORKERS)).isEqualTo(2);
    }

    @Test
    void aPauseNeedsAPlaceWhereSomebodyIsAsked() {
        OptionValues options =
                OptionValues.defaults().with(SourceOptions.SCHEMA_DRIFT, DriftPolicy.PAUSE);
        assertThatThrownBy(() -> SourceConfig.of(CONNECTION, "p", List.of(), options))
                .hasMessageContaining("Pipeline p has no state directory");
        SourceConfig placed =
                new SourceConfig(
                        CONNECTION,
                        "p",
                        List.of(),
                        OptionValues.defaults(),
                        "file:///s",
                        true,
                        true,
                        List.of());
        assertThat(placed.drift()).isEqualTo(DriftPolicy.PAUSE);
    }

    @Test
    void anOptionWithoutValueAndDefaultIsAnError() {
        assertThat(OptionValues.defaults().find(SourceOptions.PARTITION_COLUMN)).isNull();
        assertThatThrownBy(() -> OptionValues.defaults().get(SourceOptions.PARTITION_COLUMN))
                .hasMessage("Option partition_column wasn't given and has no default");
    }

    private static OptionValues valid(Map<String, String> values) {
        return OptionValues.of(values, NameStyle.UNDERSCORE).orThrow();
    }
}

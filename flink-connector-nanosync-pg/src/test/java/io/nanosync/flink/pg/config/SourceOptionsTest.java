package io.nanosync.flink.pg.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.config.SourceConfig.UnrepresentablePolicy;
import io.nanosync.flink.pg.wal.Lsn;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceOptionsTest {

    @Test
    void hasTheDefaultsOfTheReference() {
        assertThat(valid(Map.of()))
                .isEqualTo(
                        new SourceProperties(
                                null,
                                null,
                                new StartupMode.Initial(),
                                new SourceConfig.Snapshot(4, 10_000, 1000, 4L << 20),
                                new SourceConfig.Stream(
                                        Duration.ofSeconds(10),
                                        Duration.ofSeconds(120),
                                        Duration.ofSeconds(10),
                                        5000,
                                        false,
                                        5,
                                        131_072,
                                        false,
                                        Duration.ofHours(24)),
                                UnrepresentablePolicy.FAIL,
                                null));
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

    @Test
    void takesEveryPropertyThatIsGiven() {
        SourceProperties properties =
                valid(
                        Map.ofEntries(
                                Map.entry("replication_slot", "my_slot"),
                                Map.entry("publication", "My Pub"),
                                Map.entry("snapshot_workers", "7"),
                                Map.entry("chunk_size", "500"),
                                Map.entry("partition_strategy", "ctid"),
                                Map.entry("ctid_partition_blocks", "64"),
                                Map.entry("wal_heartbeat_interval", "3s"),
                                Map.entry("wal_sender_timeout", "0"),
                                Map.entry("keepalive_idle_interval", "500ms"),
                                Map.entry("slot_lag_alert_mb", "0"),
                                Map.entry("failover_slots", "true"),
                                Map.entry("batch_boundary_signaling", "true"),
                                Map.entry("max_reconnect_attempts", "9"),
                                Map.entry("cdc_channel_buffer_size", "100"),
                                Map.entry("normalize_buffer_hours", "48"),
                                Map.entry("startup_mode", "lsn:16/B374D848"),
                                Map.entry("schema_drift", "accept_compatible"),
                                Map.entry("unrepresentable", "null")));
        assertThat(properties)
                .isEqualTo(
                        new SourceProperties(
                                "my_slot",
                                "My Pub",
                                new StartupMode.At(Lsn.parse("16/B374D848")),
                                new SourceConfig.Snapshot(7, 500, 64, 4L << 20),
                                new SourceConfig.Stream(
                                        Duration.ofSeconds(3),
                                        Duration.ZERO,
                                        Duration.ofMillis(500),
                                        0,
                                        true,
                                        9,
                                        100,
                                        true,
                                        Duration.ofHours(48)),
                                UnrepresentablePolicy.NULL,
                                DriftPolicy.ACCEPT_COMPATIBLE));
    }

    @Test
    void switchesHeartbeatsOff() {
        assertThat(valid(Map.of("wal_heartbeat_enabled", "false")).stream().heartbeatInterval())
                .isNull();
    }

    @Test
    void zeroHoursAreNoBound() {
        assertThat(valid(Map.of("normalize_buffer_hours", "0")).stream().mostAhead()).isNull();
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
                "partition_column | id | has no effect, since partition_strategy is ctid, which"
                        + " divides by pages, expected partition_strategy: ntile or minmax with"
                        + " it"
            })
    void saysWhatIsWrong(String name, String value, String problem) {
        Checked<SourceProperties> checked =
                SourceOptions.parse(Map.of(name, value), NameStyle.UNDERSCORE);
        assertThat(checked.problems().stream().map(Problem::toString))
                .containsExactly(name + ": " + problem);
        assertThat(checked.value()).isNull();
    }

    @Test
    void listsAllNamesWhereNoneIsNear() {
        Checked<SourceProperties> checked =
                SourceOptions.parse(Map.of("colour", "red"), NameStyle.DASH);
        assertThat(checked.problems()).hasSize(1);
        assertThat(checked.problems().get(0).toString())
                .startsWith(
                        "colour: unknown property, expected one of replication-slot, publication,"
                                + " startup-mode, snapshot-workers")
                .endsWith("normalize-buffer-hours");
    }

    @Test
    void readsHowTablesAreDivided() {
        assertThat(valid(Map.of()).snapshot().partitioning()).isEqualTo(new Partitioning.Ctid());
        assertThat(
                        valid(Map.of("partition_strategy", "ntile", "partition_column", "Odd c"))
                                .snapshot()
                                .partitioning())
                .isEqualTo(new Partitioning.Ntile("Odd c"));
        assertThat(
                        valid(Map.of("partition_strategy", "minmax", "partition_column", "id"))
                                .snapshot()
                                .partitioning())
                .isEqualTo(new Partitioning.Minmax("id"));
    }

    @Test
    void demandsAColumnWhereAStrategyNeedsOne() {
        Checked<SourceProperties> checked =
                SourceOptions.parse(Map.of("partition_strategy", "ntile"), NameStyle.UNDERSCORE);
        assertThat(checked.problems().stream().map(Problem::toString))
                .containsExactly(
                        "partition_column: missing, although partition_strategy is not ctid,"
                                + " expected the column to divide by");
    }

    @Test
    void reportsAllProblemsAtOnce() {
        Checked<SourceProperties> checked =
                SourceOptions.parse(
                        Map.of("snapshot-workers", "x", "chunk-size", "y", "publicaton", "z"),
                        NameStyle.DASH);
        assertThat(checked.problems().stream().map(Problem::path))
                .containsExactlyInAnyOrder("snapshot-workers", "chunk-size", "publicaton");
        assertThatThrownBy(checked::orThrow)
                .isInstanceOfSatisfying(
                        InvalidConfigException.class,
                        e -> assertThat(e.problems()).isEqualTo(checked.problems()))
                .hasMessageContaining("publicaton: unknown property; did you mean publication?");
    }

    @Test
    void readsNamesInTheStyleOfSql() {
        Checked<SourceProperties> checked =
                SourceOptions.parse(Map.of("snapshot-workers", " 2 "), NameStyle.DASH);
        assertThat(checked.orThrow().snapshot().workers()).isEqualTo(2);
    }

    @Test
    void derivesNamesFromThePipelineUnlessTheyAreGiven() {
        ConnectionConfig connection = Dsn.parse("postgres://u@h/d").orThrow();
        SourceConfig derived = valid(Map.of()).toConfig(connection, "orders", List.of());
        assertThat(derived.slot()).isEqualTo("nanosync_slot_orders");
        assertThat(derived.publication()).isEqualTo("nanosync_pub_orders");
        assertThat(derived.stateDir()).isNull();
        assertThat(derived.awaitCheckpoint()).isFalse();
        assertThat(derived.restartsSnapshot()).isFalse();
        SourceConfig given =
                valid(Map.of("replication_slot", "s", "publication", "p"))
                        .toConfig(connection, "orders", List.of(), "file:///s", true, true);
        assertThat(given.slot()).isEqualTo("s");
        assertThat(given.publication()).isEqualTo("p");
        assertThat(given.stateDir()).isEqualTo("file:///s");
    }

    private static SourceProperties valid(Map<String, String> values) {
        return SourceOptions.parse(values, NameStyle.UNDERSCORE).orThrow();
    }
}

package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.config.DriftPolicy;
import io.nanosync.flink.pg.config.InvalidConfigException;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.testing.OptionSample;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PgSourceBuilderTest {

    private static PgSourceBuilder builder() {
        return PgSource.builder().pipeline("p").dsn("postgres://u:secret@h/db").tables("a.b");
    }

    @Test
    void takesTheDefaultsOfTheReference() {
        SourceConfig config = builder().config();
        assertThat(config.slot()).isEqualTo("nanosync_slot_p");
        assertThat(config.publication()).isEqualTo("nanosync_pub_p");
        assertThat(config.snapshotWorkers()).isEqualTo(4);
        assertThat(config.drift()).isEqualTo(DriftPolicy.FAIL);
        assertThat(config.stateDir()).isNull();
        assertThat(config.restartsSnapshot()).isTrue();
        assertThat(builder().keepsRows().config().restartsSnapshot()).isFalse();
    }

    @Test
    void takesPropertiesOfEachKind() {
        SourceConfig config =
                builder()
                        .tables("a.c", "!a.d")
                        .property("replication_slot", "mine")
                        .property("snapshot_workers", 8)
                        .property("failover_slots", true)
                        .property("wal_sender_timeout", Duration.ofSeconds(90))
                        .stateDir("file:///state")
                        .config();
        assertThat(config.tables()).hasSize(3);
        assertThat(config.slot()).isEqualTo("mine");
        assertThat(config.snapshotWorkers()).isEqualTo(8);
        assertThat(config.failoverSlot()).isTrue();
        assertThat(config.walSenderTimeout()).isEqualTo(Duration.ofSeconds(90));
        assertThat(config.stateDir()).isEqualTo("file:///state");
        assertThat(config.readsTablesAgain()).isTrue();
        assertThat(config.drift()).isEqualTo(DriftPolicy.PAUSE);
    }

    @ParameterizedTest
    @MethodSource("io.nanosync.flink.pg.testing.OptionSample#all")
    void takesEveryOption(OptionSample sample) {
        PgSourceBuilder builder = builder();
        sample.texts().forEach(builder::property);
        assertThat(sample.shown(builder.config())).isEqualTo(sample.given());
    }

    @Test
    void tellsAllThatIsWrongAtOnceAndNoPassword() {
        assertThatThrownBy(
                        () ->
                                PgSource.builder()
                                        .dsn("postgres://u:sec@ret@h/db?sslmode=maybe")
                                        .tables("a.b", "a.b", "c")
                                        .property("snapshot_worker", 8)
                                        .property("chunk_size", 0)
                                        .property("wal_heartbeat_interval", Duration.ofSeconds(-1))
                                        .property("wal_sender_timeout", Duration.ofNanos(1))
                                        .stateDir("state")
                                        .build())
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("pipeline: missing")
                .hasMessageContaining("dsn: ")
                .hasMessageContaining("tables: a.b stands there twice")
                .hasMessageContaining("tables: ")
                .hasMessageContaining("snapshot_worker: unknown property")
                .hasMessageContaining("did you mean snapshot_workers?")
                .hasMessageContaining("chunk_size: found \"0\", expected a whole number")
                .hasMessageContaining("wal_heartbeat_interval: found \"PT-1S\"")
                .hasMessageContaining("wal_sender_timeout: found \"PT0.000000001S\"")
                .hasMessageContaining("stateDir: found \"state\", expected an absolute path")
                .hasMessageNotContaining("ret@");
    }

    @Test
    void tellsWhatIsMissing() {
        assertThatThrownBy(() -> PgSource.builder().build())
                .hasMessage("pipeline: missing\ndsn: missing\ntables: missing");
    }

    @Test
    void pauseNeedsAPlaceWhereSomebodyIsAsked() {
        assertThatThrownBy(() -> builder().property("schema_drift", "pause").build())
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("schema_drift: pause waits for somebody")
                .hasMessageContaining("stateDir(");
    }
}

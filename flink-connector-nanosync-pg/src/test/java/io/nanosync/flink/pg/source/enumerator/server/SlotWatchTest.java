package io.nanosync.flink.pg.source.enumerator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.source.Configs;
import io.nanosync.flink.pg.testing.FakePgClient;
import io.nanosync.flink.pg.wal.Lsn;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The slot isn't seen: it is lost, or the server that was asked isn't the one that has it. */
final class SlotWatchTest {

    private static final SourceConfig CONFIG =
            Configs.of(
                    new ConnectionConfig(
                            List.of(
                                    new ConnectionConfig.Host("a", 5432),
                                    new ConnectionConfig.Host("b", 5432)),
                            "fake",
                            "nobody",
                            null,
                            Duration.ofSeconds(1),
                            "fake",
                            Map.of()),
                    "watched",
                    new StartupMode.Initial(),
                    "public.t");

    private final FakePgClient server = new FakePgClient();
    private final PipelineSession session = new PipelineSession(server, CONFIG.slot());

    private SlotWatch watch(Duration standbyPatience) {
        server.slot(FakePgClient.inactiveSlot(CONFIG.slot(), new Lsn(1000)));
        return new SlotWatch(CONFIG, session, () -> null, standbyPatience, Duration.ofMinutes(1));
    }

    @Test
    void slotThatIsGoneIsAnErrorAtOnce() throws PgException {
        SlotWatch watch = watch(Duration.ofMinutes(10));
        watch.look();
        server.slot(null);
        assertThatThrownBy(watch::look)
                .hasMessageContaining("does not exist on a:5432,b:5432")
                .hasMessageContaining("It was there at LSN 0/3E8")
                .hasMessageContaining(FreshSnapshot.remedy(CONFIG))
                .extracting(error -> ((PgException) error).recovery())
                .isEqualTo(PgException.Recovery.FAIL);
    }

    @Test
    void slotThatStayedBehindAtAPromotionIsExplained() throws PgException {
        SlotWatch watch = watch(Duration.ofMinutes(10));
        watch.look();
        server.timeline(2);
        server.slot(null);
        assertThatThrownBy(watch::look)
                .hasMessageContaining("It was there at LSN 0/3E8, so changes since then are lost")
                .hasMessageContaining("a standby was promoted (timeline 1 became 2)")
                .hasMessageContaining("set failover_slots to \"true\"");
    }

    @Test
    void slotThatWentAlongWithAPromotionIsWell() throws PgException {
        SlotWatch watch = watch(Duration.ofMinutes(10));
        watch.look();
        server.timeline(2);
        watch.look();
        assertThat(watch.seen()).isNotNull();
    }

    @Test
    void formerPrimaryIsNotBelievedAndAskedOnAnotherConnectionNextTime() throws PgException {
        SlotWatch watch = watch(Duration.ofMinutes(10));
        server.timeline(2);
        watch.look();
        server.timeline(1);
        server.slot(null);
        assertThatCode(watch::look).doesNotThrowAnyException();
        long connections = connections();
        server.timeline(2);
        server.slot(FakePgClient.inactiveSlot(CONFIG.slot(), new Lsn(1000)));
        watch.look();
        assertThat(connections()).isEqualTo(connections + 1);
    }

    /** Metrics tell of it until the pipeline has ended. */
    @Test
    void slotThatIsLostIsSeenAsLost() throws PgException {
        SlotWatch watch = watch(Duration.ofMinutes(10));
        watch.look();
        assertThat(watch.seen()).isNotNull().returns(false, SlotState::isLost);
        server.slot(FakePgClient.lostSlot(CONFIG.slot(), new Lsn(1000)));
        assertThatThrownBy(watch::look).hasMessageContaining("was invalidated");
        assertThat(watch.seen()).isNotNull().returns(true, SlotState::isLost);
    }

    @Test
    void standbyIsNotBelievedAndAskedOnAnotherConnectionNextTime() throws PgException {
        SlotWatch watch = watch(Duration.ofMinutes(10));
        watch.look();
        server.slot(null);
        server.standby(true);
        assertThatCode(watch::look).doesNotThrowAnyException();
        long connections = connections();
        watch.look();
        assertThat(connections()).isEqualTo(connections + 1);
        server.standby(false);
        server.slot(FakePgClient.inactiveSlot(CONFIG.slot(), new Lsn(1000)));
        watch.look();
    }

    /** From 16 on a standby has slots of its own, from 17 on copies of the primary's. */
    @Test
    void slotOfAStandbyIsNotBelievedEvenIfItIsWell() throws PgException {
        SlotWatch watch = watch(Duration.ofMinutes(10));
        server.standby(true);
        watch.look();
        long connections = connections();
        server.standby(false);
        watch.look();
        assertThat(connections()).isEqualTo(connections + 1);
    }

    @Test
    void slotThatIsLostOnAStandbyIsNotBelievedEither() throws PgException {
        SlotWatch watch = watch(Duration.ofMinutes(10));
        server.slot(FakePgClient.lostSlot(CONFIG.slot(), new Lsn(1000)));
        server.standby(true);
        assertThatCode(watch::look).doesNotThrowAnyException();
        server.standby(false);
        assertThatThrownBy(watch::look)
                .hasMessageContaining("was invalidated")
                .hasMessageContaining(FreshSnapshot.remedy(CONFIG));
    }

    @Test
    void standbyThatStaysOneIsAnErrorInTheEnd() throws PgException {
        SlotWatch watch = watch(Duration.ZERO);
        watch.look();
        server.slot(null);
        server.standby(true);
        watch.look();
        assertThatThrownBy(watch::look)
                .hasMessageContaining("is a standby")
                .hasMessageContaining("targetServerType=primary")
                .extracting(error -> ((PgException) error).recovery())
                .isEqualTo(PgException.Recovery.FAIL);
    }

    private long connections() {
        return server.calls().stream().filter("openControl"::equals).count();
    }
}

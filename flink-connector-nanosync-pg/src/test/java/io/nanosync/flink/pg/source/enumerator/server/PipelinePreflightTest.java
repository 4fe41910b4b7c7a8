package io.nanosync.flink.pg.source.enumerator.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.client.PreflightRequest;
import io.nanosync.flink.pg.config.ByPlace;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.Configs;
import io.nanosync.flink.pg.source.SampleValues;
import io.nanosync.flink.pg.testing.FakePgClient;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is asked of a server before a pipeline runs there. */
final class PipelinePreflightTest {

    private final FakePgClient client = new FakePgClient().table(SampleValues.table(1, "t1"), 8);

    private static SourceConfig config(StartupMode startup) {
        return Configs.of(
                new ConnectionConfig(
                        List.of(new ConnectionConfig.Host("fake", 5432)),
                        "fake",
                        "nobody",
                        null,
                        Duration.ofSeconds(1),
                        "fake",
                        Map.of()),
                "fake",
                startup,
                "public.t1");
    }

    private PreflightRequest asked(StartupMode startup, boolean resumes) throws IOException {
        return asked(config(startup), resumes);
    }

    private PreflightRequest asked(SourceConfig config, boolean resumes) throws IOException {
        PipelinePreflight.run(config, client, resumes);
        return client.preflights().get(client.preflights().size() - 1);
    }

    @Test
    void pipelineThatStartsAsksWhatValidateAsks() throws IOException {
        PreflightRequest validated = asked(new StartupMode.Initial(), false);
        new PipelineServer(
                        config(new StartupMode.Initial()),
                        client,
                        new SessionRegistry(Duration.ofMinutes(1)))
                .begin();
        assertThat(client.preflights()).containsExactly(validated, validated);
    }

    /** Three workers: behind each split one more waits, and a restored reader begins both. */
    @Test
    void countsTheConnectionsOfReadersThatAreRestored() throws IOException {
        assertThat(asked(new StartupMode.Initial(), false).connections()).isEqualTo(9);
        SourceConfig apart =
                config(new StartupMode.Initial())
                        .takingApart(
                                List.of(
                                        new ByPlace(
                                                new QualifiedName("public", "t1"),
                                                "c",
                                                1,
                                                List.of(),
                                                Lsn.NONE)));
        assertThat(asked(apart, false).connections()).isEqualTo(15);
    }

    @Test
    void slotIsCreatedOnlyByAPipelineThatBeginsWithANewOne() throws IOException {
        assertThat(asked(new StartupMode.Initial(), false).createsSlot()).isTrue();
        assertThat(asked(new StartupMode.Latest(), false).createsSlot()).isTrue();
        assertThat(asked(new StartupMode.Slot(), false).createsSlot()).isFalse();
        assertThat(asked(new StartupMode.Initial(), true).createsSlot()).isFalse();
        assertThat(asked(new StartupMode.Snapshot(), false).slot()).isNull();
    }
}

package io.nanosync.flink.pg.source.enumerator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.OptionValues;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.Configs;
import io.nanosync.flink.pg.source.enumerator.snapshot.RunningStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tables of a stream beside those that are configured. */
final class AlteredTablesTest {

    private static final QualifiedName FORMER = new QualifiedName("public", "orders");
    private static final QualifiedName NOW = new QualifiedName("public", "orders2");

    private static AlteredTables asked(QualifiedName... asked) throws PgException {
        SourceConfig config =
                Configs.ofNoServer("altered", new StartupMode.Initial(), "public.orders2");
        return AlteredTables.of(
                config,
                List.of(NOW),
                Map.of(NOW, 1),
                List.of(new RunningStream.Table(1, FORMER)),
                List.of(asked));
    }

    @Test
    void tableThatIsConfiguredUnderItsNewNameStays() throws Exception {
        assertThat(asked().isNone()).isTrue();
    }

    /** Without a truncate in front of them all its rows would come a second time. */
    @Test
    void tableThatIsAskedForUnderItsFormerNameIsReadAgain() throws Exception {
        assertThat(asked(FORMER).again()).containsExactly(NOW);
        assertThat(asked(NOW).again()).containsExactly(NOW);
        assertThat(asked(FORMER, NOW).again()).containsExactly(NOW);
    }

    /** Who keeps rows would take those of the one for those of the other. */
    @Test
    void tablesAreNotExchangedWhereRowsAreKept() throws Exception {
        QualifiedName other = new QualifiedName("public", "other");
        SourceConfig config =
                SourceConfig.of(
                        Configs.ofNoServer("altered", new StartupMode.Initial(), "public.orders")
                                .connection(),
                        "altered",
                        List.of(new TableSelector.Named(NOW), new TableSelector.Named(other)),
                        OptionValues.defaults());
        Map<QualifiedName, Integer> oids = Map.of(NOW, 1, other, 2);
        RunningStream.Table stays = new RunningStream.Table(1, NOW);
        RunningStream.Table goes = new RunningStream.Table(3, FORMER);
        assertThat(
                        AlteredTables.of(
                                        config,
                                        List.of(NOW, other),
                                        oids,
                                        List.of(stays),
                                        List.of())
                                .addedNames())
                .containsExactly(other);
        assertThat(
                        AlteredTables.of(
                                        config,
                                        List.of(NOW),
                                        Map.of(NOW, 1),
                                        List.of(stays, goes),
                                        List.of())
                                .removed())
                .containsExactly(goes);
        assertThatThrownBy(
                        () ->
                                AlteredTables.of(
                                        config,
                                        List.of(NOW, other),
                                        oids,
                                        List.of(stays, goes),
                                        List.of()))
                .isInstanceOf(PgException.class)
                .hasMessageContaining("Pipeline altered captures")
                .hasMessageEndingWith("tables are added at one start and removed at another");
    }
}

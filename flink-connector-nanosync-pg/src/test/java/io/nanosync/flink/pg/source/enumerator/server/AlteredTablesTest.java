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
import java.util.stream.Stream;
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

    /** Who reads several as one tells them apart, but those beside them aren't exchanged. */
    @Test
    void tablesOfOneListAreExchanged() throws Exception {
        QualifiedName other = new QualifiedName("public", "other");
        Map<QualifiedName, Integer> oids = Map.of(NOW, 1, other, 2);
        RunningStream.Table stays = new RunningStream.Table(1, NOW);
        RunningStream.Table goes = new RunningStream.Table(3, FORMER);
        List<TableSelector> both =
                List.of(new TableSelector.Named(NOW), new TableSelector.Named(other));
        AlteredTables exchanged =
                AlteredTables.of(
                        choosing(both, both),
                        List.of(NOW, other),
                        oids,
                        List.of(stays, goes),
                        List.of());
        assertThat(exchanged.addedNames()).containsExactly(other);
        assertThat(exchanged.removed()).containsExactly(goes);
        assertThatThrownBy(
                        () ->
                                AlteredTables.of(
                                        choosing(both, List.of(new TableSelector.Named(NOW))),
                                        List.of(NOW, other),
                                        oids,
                                        List.of(stays, goes),
                                        List.of()))
                .hasMessageEndingWith("tables are added at one start and removed at another");
    }

    /** One that was dropped is missed, since it is still what the pattern means. */
    @Test
    void tableOfAPatternThatIsGoneIsMissed() throws Exception {
        List<TableSelector> pattern =
                List.of(new TableSelector.Matching("public", "orders.*", "public.orders.*"));
        List<RunningStream.Table> captured =
                List.of(new RunningStream.Table(1, NOW), new RunningStream.Table(3, FORMER));
        assertThatThrownBy(
                        () ->
                                AlteredTables.of(
                                        choosing(List.of(new TableSelector.Named(NOW)), pattern),
                                        List.of(NOW),
                                        Map.of(NOW, 1),
                                        captured,
                                        List.of()))
                .isInstanceOf(PgException.class)
                .hasMessageContaining("by a list of the others in 'table-name'");
        List<TableSelector> without =
                List.of(
                        pattern.get(0),
                        new TableSelector.Excluded(new TableSelector.Named(FORMER)));
        assertThat(
                        AlteredTables.of(
                                        choosing(List.of(new TableSelector.Named(NOW)), without),
                                        List.of(NOW),
                                        Map.of(NOW, 1),
                                        captured,
                                        List.of())
                                .removed())
                .containsExactly(captured.get(1));
    }

    @Test
    void tableThatAPatternFoundIsLeftOutInTheWordsOfSql() {
        QualifiedName quoted = new QualifiedName("public", "Orders3");
        List<TableSelector> named =
                List.of(new TableSelector.Named(NOW), new TableSelector.Named(quoted));
        List<RunningStream.Table> captured = List.of(new RunningStream.Table(1, NOW));
        for (boolean byPattern : new boolean[] {true, false}) {
            List<TableSelector> entries =
                    byPattern
                            ? List.of(new TableSelector.Matching("public", ".*", "public.*"))
                            : named;
            String message =
                    new TablesDifference(
                                    choosing(named, entries),
                                    List.of(NOW, quoted),
                                    Map.of(NOW, 1, quoted, 2),
                                    captured)
                            .message();
            assertThat(message.contains(" (add to 'table-name': !public.\"Orders3\"), leave"))
                    .isEqualTo(byPattern);
        }
    }

    private static SourceConfig choosing(List<TableSelector> named, List<TableSelector> entries) {
        return SourceConfig.of(
                Configs.ofNoServer("altered", new StartupMode.Initial(), "public.orders")
                        .connection(),
                "altered",
                Stream.concat(named.stream(), Stream.of(new TableSelector.ChosenBy(entries)))
                        .toList(),
                OptionValues.defaults());
    }
}

package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.Checked;
import io.nanosync.flink.pg.config.NameStyle;
import io.nanosync.flink.pg.config.Problem;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.SourceOption;
import io.nanosync.flink.pg.config.SourceOptions;
import io.nanosync.flink.pg.testing.OptionSample;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.description.Description;
import org.apache.flink.configuration.description.HtmlFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The options of a table, without a server and without a planner. */
final class TableSettingsReaderTest {

    private static Checked<TableSettings> read(Map<String, String> options) {
        Map<String, String> all = new HashMap<>(options);
        all.putIfAbsent("table-name", "a.b");
        all.putIfAbsent("pipeline", "p");
        return TableSettingsReader.read(Configuration.fromMap(all));
    }

    private static Map<String, String> reachable() {
        return new HashMap<>(
                Map.of("hostname", "h", "database-name", "d", "username", "u", "port", "5433"));
    }

    @ParameterizedTest
    @MethodSource("io.nanosync.flink.pg.testing.OptionSample#all")
    void takesEveryOptionOfTheSource(OptionSample sample) {
        Map<String, String> options = reachable();
        sample.texts().forEach((name, text) -> options.put(name.replace('_', '-'), text));
        Checked<TableSettings> checked = read(options);
        if (sample.option().equals(SourceOptions.SCHEMA_DRIFT)) {
            assertThat(checked.problems().stream().map(Problem::toString))
                    .containsExactly(
                            "schema-drift: a declared table keeps its columns, so a changed schema"
                                    + " ends the statement: use fail, or leave it out");
            return;
        }
        SourceConfig config = checked.orThrow().source(List.of());
        assertThat(sample.shown(config)).isEqualTo(sample.given());
        assertThat(sample.shown(read(reachable()).orThrow().source(List.of())))
                .isEqualTo(sample.byDefault());
    }

    @Test
    void flinkKnowsDefaultAndDescriptionOfEveryOption() {
        NanosyncTableFactory factory = new NanosyncTableFactory();
        Map<String, ConfigOption<?>> known = new HashMap<>();
        factory.requiredOptions().forEach(option -> known.put(option.key(), option));
        factory.optionalOptions().forEach(option -> known.put(option.key(), option));
        assertThat(known).hasSize(TableOptions.all().size() + SourceOptions.all().size());
        for (SourceOption<?> option : TableOptions.withSource()) {
            ConfigOption<?> flink = Objects.requireNonNull(known.get(NameStyle.DASH.of(option)));
            assertThat(flink.defaultValue()).isEqualTo(option.defaultText());
            assertThat(new HtmlFormatter().format(flink.description()))
                    .isEqualTo(
                            new HtmlFormatter()
                                    .format(
                                            Description.builder()
                                                    .text(option.description())
                                                    .build()));
        }
    }

    @Test
    void whatShapesThePlanIsNotForwarded() {
        assertThat(new NanosyncTableFactory().forwardOptions().stream().map(ConfigOption::key))
                .contains("dsn", "hostname", "password", "snapshot-workers")
                .doesNotContain(
                        "table-name",
                        "pipeline",
                        "table-column",
                        "changelog-mode",
                        "truncate",
                        "toast",
                        "scan.parallelism",
                        "replication-slot",
                        "publication",
                        "startup-mode",
                        "batch-boundary-signaling",
                        "schema-drift",
                        "unrepresentable");
    }

    @Test
    void takesAPasswordAsItIs() {
        Map<String, String> options = reachable();
        options.put("password", " s@cret ");
        assertThat(read(options).orThrow().connection().password())
                .hasToString("****")
                .extracting("value")
                .isEqualTo(" s@cret ");
    }

    @Test
    void severalTablesNeedAPipeline() {
        Map<String, String> options = reachable();
        options.put("table-name", "public.orders_.*");
        assertThat(TableSettingsReader.read(Configuration.fromMap(options)).problems())
                .extracting(Problem::toString)
                .containsExactly(
                        "pipeline: missing, and a list of tables or a pattern gives none: name it,"
                                + " so that slot and state stay the same whichever tables there"
                                + " are");
    }

    @Test
    void printsNothingOfAPassword() {
        Map<String, String> options = reachable();
        options.put("password", "  ");
        assertThat(read(options).problems().stream().map(Problem::toString))
                .containsExactly("password: is empty, expected a password");
    }
}

package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.Checked;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.GivenOptions;
import io.nanosync.flink.pg.config.NameStyle;
import io.nanosync.flink.pg.config.OptionType;
import io.nanosync.flink.pg.config.Problem;
import io.nanosync.flink.pg.config.SourceOption;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * The options of a catalog: those of its tables but what each table has of its own, and which
 * database is the default.
 */
final class CatalogOptions {

    private static final SourceOption<String> DEFAULT_DATABASE =
            new SourceOption<>(
                    "default-database",
                    SourceOption.Section.TABLE,
                    OptionType.text("a name"),
                    null,
                    "Database to begin in. May be left out beside a dsn, which has one.");

    /** What Flink adds. */
    private static final Set<String> OF_FLINK = Set.of("type", "property-version");

    private static final Set<String> OF_ONE_TABLE =
            Set.of(
                    TableOptions.DATABASE_NAME.name(),
                    TableOptions.TABLE_NAME.name(),
                    "replication-slot");

    /** Any will do: only a table's options are read. */
    private static final QualifiedName SOME_TABLE = new QualifiedName("public", "some");

    private CatalogOptions() {}

    /** All of them, as Flink knows them. */
    static Set<ConfigOption<?>> all() {
        Set<ConfigOption<?>> options = new LinkedHashSet<>();
        options.add(TableOptions.flink(DEFAULT_DATABASE));
        for (ConfigOption<?> option : TableOptions.optional()) {
            if (!OF_ONE_TABLE.contains(option.key())) {
                options.add(option);
            }
        }
        return options;
    }

    /** The settings, or all problems; the path of each is the option's name. */
    static Checked<CatalogSettings> read(Map<String, String> options) {
        Map<String, String> given = new TreeMap<>(options);
        given.keySet().removeAll(OF_FLINK);
        List<Problem> problems = new ArrayList<>(unknown(given));
        String text = given.remove(DEFAULT_DATABASE.name());
        String defaultDatabase =
                text == null
                        ? null
                        : DEFAULT_DATABASE.type().read(text, DEFAULT_DATABASE.name(), problems);
        Checked<TableSettings> table =
                TableSettingsReader.read(Configuration.fromMap(someTable(given, defaultDatabase)));
        table.problems().forEach(problem -> problems.add(ofCatalog(problem)));
        TableSettings settings = table.value();
        if (settings == null || !problems.isEmpty()) {
            return Checked.of(null, problems);
        }
        ConnectionConfig connection = settings.connection();
        return Checked.of(
                new CatalogSettings(
                        defaultDatabase == null ? connection : connection.to(defaultDatabase),
                        settings.changelog(),
                        given),
                problems);
    }

    private static List<Problem> unknown(Map<String, String> given) {
        List<String> names = all().stream().map(ConfigOption::key).toList();
        List<Problem> problems = new ArrayList<>();
        for (String name : given.keySet()) {
            if (OF_ONE_TABLE.contains(name)) {
                problems.add(
                        Problem.of(
                                name,
                                name.equals(TableOptions.DATABASE_NAME.name())
                                        ? "a catalog has all databases; name the one to begin in"
                                                + " with "
                                                + DEFAULT_DATABASE.name()
                                        : "belongs to one table, not to a catalog; set it in a"
                                                + " statement: /*+ OPTIONS('"
                                                + name
                                                + "' = '…') */"));
            } else if (!names.contains(name)) {
                problems.add(GivenOptions.unknown(name, names, NameStyle.DASH));
            }
        }
        return problems;
    }

    /** Options of a table of the catalog, so that its own are read as a table's are. */
    private static Map<String, String> someTable(
            Map<String, String> given, @Nullable String defaultDatabase) {
        Map<String, String> options = new LinkedHashMap<>(given);
        options.keySet().removeAll(OF_ONE_TABLE);
        options.put(TableOptions.TABLE_NAME.name(), SOME_TABLE.toString());
        if (defaultDatabase != null && !given.containsKey(TableOptions.DSN.name())) {
            options.put(TableOptions.DATABASE_NAME.name(), defaultDatabase);
        }
        return options;
    }

    private static Problem ofCatalog(Problem problem) {
        return problem.path().equals(TableOptions.DATABASE_NAME.name())
                ? problem.at(DEFAULT_DATABASE.name(), null)
                : problem;
    }
}

package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.Checked;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.NameStyle;
import io.nanosync.flink.pg.config.Problem;
import io.nanosync.flink.pg.config.SourceOptions;
import io.nanosync.flink.pg.config.SourceProperties;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.factories.FactoryUtil;
import org.jspecify.annotations.Nullable;

/** Reads the options of one table and collects what is wrong with them. */
final class TableSettingsReader {

    /** What regular expressions have and names without quotes don't. */
    private static final Pattern EXPRESSION = Pattern.compile("[*+?|()\\[\\]{}^\\\\]");

    private final ReadableConfig options;
    private final List<Problem> problems = new ArrayList<>();

    private TableSettingsReader(ReadableConfig options) {
        this.options = options;
    }

    /** The settings, or all problems; the path of each is the option's name. */
    static Checked<TableSettings> read(ReadableConfig options) {
        TableSettingsReader reader = new TableSettingsReader(options);
        return Checked.of(reader.settings(), reader.problems);
    }

    private @Nullable TableSettings settings() {
        Checked<ConnectionConfig> connection = ConnectionOptions.read(options);
        problems.addAll(connection.problems());
        QualifiedName table = table(options.get(TableOptions.TABLE_NAME));
        String pipeline = pipeline(table);
        ChangelogOption changelog = read(TableOptions.CHANGELOG_MODE);
        TruncatePolicy truncate = read(TableOptions.TRUNCATE);
        ToastPolicy toast = read(TableOptions.TOAST);
        if (toast == ToastPolicy.RESELECT) {
            problems.add(
                    Problem.of(
                            TableOptions.TOAST.key(),
                            "\"reselect\" is a later version's; use fail or null, or run ALTER"
                                + " TABLE … REPLICA IDENTITY FULL so that values are always sent"));
        }
        Integer parallelism = parallelism();
        Checked<SourceProperties> properties = properties();
        problems.addAll(properties.problems());
        if (connection.value() == null
                || table == null
                || pipeline == null
                || changelog == null
                || truncate == null
                || toast == null
                || properties.value() == null) {
            return null;
        }
        return new TableSettings(
                connection.value(),
                table,
                pipeline,
                changelog,
                truncate,
                toast,
                parallelism,
                properties.value());
    }

    private @Nullable QualifiedName table(String text) {
        if (text.indexOf('"') < 0 && EXPRESSION.matcher(text).find()) {
            problems.add(
                    Problem.of(
                            TableOptions.TABLE_NAME.key(),
                            "regular expressions over several tables are a later version's; name"
                                    + " one table, and quote it if these are letters of its name"));
            return null;
        }
        try {
            return QualifiedName.parse(text);
        } catch (IllegalArgumentException malformed) {
            problems.add(
                    Problem.of(
                            TableOptions.TABLE_NAME.key(), String.valueOf(malformed.getMessage())));
            return null;
        }
    }

    private @Nullable String pipeline(@Nullable QualifiedName table) {
        String given = options.get(TableOptions.PIPELINE);
        if (given == null) {
            return table == null ? null : table.schema() + "_" + table.name();
        }
        if (given.isBlank()) {
            problems.add(Problem.of(TableOptions.PIPELINE.key(), "is empty", "a name"));
            return null;
        }
        return given;
    }

    private @Nullable Integer parallelism() {
        Integer parallelism = read(FactoryUtil.SOURCE_PARALLELISM);
        if (parallelism != null && parallelism < 1) {
            problems.add(
                    Problem.of(
                            FactoryUtil.SOURCE_PARALLELISM.key(),
                            "found " + parallelism,
                            "a whole number from 1 on"));
        }
        return parallelism;
    }

    private Checked<SourceProperties> properties() {
        Map<String, String> given = new HashMap<>();
        SourceOptions.all()
                .forEach(
                        option -> {
                            String name = NameStyle.DASH.of(option);
                            options.getOptional(TableOptions.text(name))
                                    .ifPresent(value -> given.put(name, value));
                        });
        return SourceOptions.parse(given, NameStyle.DASH);
    }

    /** The option's value or default; null with a problem noted when it can't be read. */
    private <T> @Nullable T read(ConfigOption<T> option) {
        return ConnectionOptions.read(options, option, problems);
    }
}

package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.Checked;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.DriftPolicy;
import io.nanosync.flink.pg.config.GivenOptions;
import io.nanosync.flink.pg.config.NameStyle;
import io.nanosync.flink.pg.config.OptionValues;
import io.nanosync.flink.pg.config.Problem;
import io.nanosync.flink.pg.config.SourceOption;
import io.nanosync.flink.pg.config.SourceOptions;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.flink.configuration.ReadableConfig;
import org.jspecify.annotations.Nullable;

/** Reads the options of one table and collects what is wrong with them. */
final class TableSettingsReader {

    /** What regular expressions have and names without quotes don't. */
    private static final Pattern EXPRESSION = Pattern.compile("[*+?|()\\[\\]{}^\\\\]");

    private static final String WITHOUT_EFFECT =
            "has no effect, since the watermark is made behind the scan; leave it out";

    private final GivenOptions options;

    private TableSettingsReader(ReadableConfig options, Set<String> unknown) {
        Map<String, String> texts = texts(options);
        unknown.stream()
                .filter(name -> !TableOptions.isOfWatermarks(name))
                .forEach(name -> texts.put(name, ""));
        this.options = new GivenOptions(texts, NameStyle.DASH);
        unknown.stream()
                .filter(TableOptions::isOfWatermarks)
                .forEach(name -> this.options.problems().add(Problem.of(name, WITHOUT_EFFECT)));
    }

    /** What is given, in the order of the guide. */
    private static Map<String, String> texts(ReadableConfig options) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (SourceOption<?> option : TableOptions.withSource()) {
            options.getOptional(TableOptions.flink(option))
                    .ifPresent(text -> texts.put(NameStyle.DASH.of(option), text));
        }
        return texts;
    }

    /** The settings, or all problems; the path of each is the option's name. */
    static Checked<TableSettings> read(ReadableConfig options) {
        return read(options, Set.of());
    }

    /**
     * The same where names were written that are no options.
     *
     * @param unknown those names
     */
    static Checked<TableSettings> read(ReadableConfig options, Set<String> unknown) {
        TableSettingsReader reader = new TableSettingsReader(options, unknown);
        TableSettings settings = reader.settings();
        reader.options.refuseOthers(TableOptions.withSource());
        return Checked.of(settings, reader.options.problems());
    }

    private @Nullable TableSettings settings() {
        ConnectionConfig connection = ConnectionOptions.read(options);
        QualifiedName table = table(options.read(TableOptions.TABLE_NAME));
        String pipeline = pipeline(table);
        ChangelogOption changelog = options.read(TableOptions.CHANGELOG_MODE);
        TruncatePolicy truncate = options.read(TableOptions.TRUNCATE);
        ToastPolicy toast = options.read(TableOptions.TOAST);
        Integer parallelism = options.read(TableOptions.PARALLELISM);
        OptionValues source = source();
        if (connection == null
                || table == null
                || pipeline == null
                || changelog == null
                || truncate == null
                || (toast == null && options.has(TableOptions.TOAST))) {
            return null;
        }
        return new TableSettings(
                connection, table, pipeline, changelog, truncate, toast, parallelism, source);
    }

    private @Nullable QualifiedName table(@Nullable String text) {
        if (text == null) {
            return null;
        }
        if (text.indexOf('"') < 0 && EXPRESSION.matcher(text).find()) {
            options.report(
                    TableOptions.TABLE_NAME,
                    "regular expressions over several tables are a later version's; name one"
                            + " table, and quote it if these are letters of its name");
            return null;
        }
        try {
            return QualifiedName.parse(text);
        } catch (IllegalArgumentException malformed) {
            options.report(TableOptions.TABLE_NAME, String.valueOf(malformed.getMessage()));
            return null;
        }
    }

    private @Nullable String pipeline(@Nullable QualifiedName table) {
        if (options.has(TableOptions.PIPELINE) || table == null) {
            return options.read(TableOptions.PIPELINE);
        }
        return table.schema() + "_" + table.name();
    }

    private OptionValues source() {
        OptionValues source = options.source();
        if (source.isGiven(SourceOptions.SCHEMA_DRIFT)
                && source.get(SourceOptions.SCHEMA_DRIFT) != DriftPolicy.FAIL) {
            options.report(
                    SourceOptions.SCHEMA_DRIFT,
                    "a declared table keeps its columns, so a changed schema ends the statement:"
                            + " use fail, or leave it out");
        }
        return source;
    }
}

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
import org.apache.flink.configuration.ReadableConfig;
import org.jspecify.annotations.Nullable;

/** Reads the options of one table and collects what is wrong with them. */
final class TableSettingsReader {

    private static final String WITHOUT_WATERMARK =
            "has no effect, since no WATERMARK is declared; leave it out";

    private static final String NOT_ALIGNED =
            "has no effect: watermarks are made behind the source, which waits for no other. Leave"
                    + " it out";

    private final GivenOptions options;

    private TableSettingsReader(ReadableConfig options, Set<String> unknown) {
        Map<String, String> texts = texts(options);
        unknown.stream()
                .filter(name -> !TableOptions.isOfWatermarks(name))
                .forEach(name -> texts.put(name, ""));
        this.options = new GivenOptions(texts, NameStyle.DASH);
        unknown.stream()
                .filter(TableOptions::isOfWatermarks)
                .forEach(
                        name ->
                                this.options
                                        .problems()
                                        .add(
                                                Problem.of(
                                                        name,
                                                        TableOptions.ofMadeWatermarks()
                                                                        .contains(name)
                                                                ? WITHOUT_WATERMARK
                                                                : NOT_ALIGNED)));
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
        TableNames tables = tables(options.read(TableOptions.TABLE_NAME));
        String pipeline = pipeline(tables);
        String tableColumn = options.read(TableOptions.TABLE_COLUMN);
        ChangelogOption changelog = options.read(TableOptions.CHANGELOG_MODE);
        TruncatePolicy truncate = options.read(TableOptions.TRUNCATE);
        ToastPolicy toast = options.read(TableOptions.TOAST);
        Integer parallelism = options.read(TableOptions.PARALLELISM);
        Boolean pushesFilters = options.read(TableOptions.FILTER_PUSH_DOWN);
        OptionValues source = source();
        if (connection == null
                || tables == null
                || pipeline == null
                || changelog == null
                || truncate == null
                || pushesFilters == null
                || (toast == null && options.has(TableOptions.TOAST))) {
            return null;
        }
        return new TableSettings(
                connection,
                tables,
                pipeline,
                tableColumn,
                changelog,
                truncate,
                toast,
                parallelism,
                pushesFilters,
                source);
    }

    private @Nullable TableNames tables(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return TableNames.parse(text);
        } catch (IllegalArgumentException malformed) {
            options.report(TableOptions.TABLE_NAME, String.valueOf(malformed.getMessage()));
            return null;
        }
    }

    private @Nullable String pipeline(@Nullable TableNames tables) {
        if (options.has(TableOptions.PIPELINE) || tables == null) {
            return options.read(TableOptions.PIPELINE);
        }
        QualifiedName only = tables.only();
        if (only == null) {
            options.report(
                    TableOptions.PIPELINE,
                    "missing, and a list of tables or a pattern gives none: name it, so that slot"
                            + " and state stay the same whichever tables there are");
            return null;
        }
        return only.schema() + "_" + only.name();
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

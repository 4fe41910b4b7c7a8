package io.nanosync.flink.pg.table;

import static io.nanosync.flink.pg.config.SourceOption.Section.TABLE;

import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.NameStyle;
import io.nanosync.flink.pg.config.OptionType;
import io.nanosync.flink.pg.config.Secret;
import io.nanosync.flink.pg.config.SourceOption;
import io.nanosync.flink.pg.config.SourceOptions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.table.factories.FactoryUtil;

/** The options of a Flink table: those of SQL alone; the source's properties come beside them. */
final class TableOptions {

    private static final int MAX_PARALLELISM = 32_768;

    static final SourceOption<ConnectionConfig> DSN =
            new SourceOption<>(
                    "dsn",
                    TABLE,
                    OptionType.dsn(),
                    null,
                    "Connection string, with TLS and other options. Or, one by one, the five"
                            + " options that follow.");
    static final SourceOption<String> HOSTNAME =
            new SourceOption<>(
                    "hostname",
                    TABLE,
                    OptionType.text("a host name or address"),
                    null,
                    "Host name or address of the server.");
    static final SourceOption<Integer> PORT =
            new SourceOption<>(
                    "port", TABLE, OptionType.integer(1, 65_535), "5432", "Port of the server.");
    static final SourceOption<String> DATABASE_NAME =
            new SourceOption<>(
                    "database-name",
                    TABLE,
                    OptionType.text("a name"),
                    null,
                    "Database to connect to.");
    static final SourceOption<String> USERNAME =
            new SourceOption<>(
                    "username",
                    TABLE,
                    OptionType.text("a name"),
                    null,
                    "Role to connect as. It needs REPLICATION, and SELECT on the table.");
    static final SourceOption<Secret> PASSWORD =
            new SourceOption<>(
                    "password",
                    TABLE,
                    OptionType.password(),
                    null,
                    "Its password, or the environment variable that holds it, `${env:NAME}`.");
    static final SourceOption<String> TABLE_NAME =
            new SourceOption<>(
                    "table-name",
                    TABLE,
                    OptionType.text("schema.table"),
                    null,
                    "The captured table with its schema, quoted as in SQL where needed; or several"
                            + " of one shape, as a list or by regular expressions. Required.");
    static final SourceOption<String> PIPELINE =
            new SourceOption<>(
                    "pipeline",
                    TABLE,
                    OptionType.text("a name"),
                    null,
                    "Name from which slot and publication get theirs, and by which tables of one"
                            + " statement share them. Default: schema and table, joined by an"
                            + " underscore; of several tables it has to be given.");
    static final SourceOption<String> TABLE_COLUMN =
            new SourceOption<>(
                    "table-column",
                    TABLE,
                    OptionType.text("a name"),
                    null,
                    "Declared column, none of PostgreSQL's, that has the name of each row's table:"
                            + " `public.orders_1`. As part of the PRIMARY KEY it tells rows of"
                            + " several tables apart.");
    static final SourceOption<ChangelogOption> CHANGELOG_MODE =
            new SourceOption<>(
                    "changelog-mode",
                    TABLE,
                    OptionType.enumeration(ChangelogOption.class),
                    "auto",
                    "What changes look like. `all`: updates with their old row, deletes whole;"
                            + " needs REPLICA IDENTITY FULL. `upsert`: updates with the new row,"
                            + " deletes with the key; needs a PRIMARY KEY. `append`: every change"
                            + " is an insert, metadata column `op` tells what it was. `auto`: `all`"
                            + " where the table has REPLICA IDENTITY FULL, else `upsert`.");
    static final SourceOption<TruncatePolicy> TRUNCATE =
            new SourceOption<>(
                    "truncate",
                    TABLE,
                    OptionType.enumeration(TruncatePolicy.class),
                    "fail",
                    "What a TRUNCATE does, as Flink SQL has no such change. `fail`: the job fails."
                            + " `ignore`: rows stay as they are downstream.");
    static final SourceOption<ToastPolicy> TOAST =
            new SourceOption<>(
                    "toast",
                    TABLE,
                    OptionType.enumeration(ToastPolicy.class),
                    null,
                    "What becomes of a large value that an update left alone, so that PostgreSQL"
                            + " didn't send it. `reselect`: it is read again by the table's key."
                            + " `fail`: the job fails. `null`: the column is null. Default:"
                            + " `reselect` where the table's key is declared as PRIMARY KEY, else"
                            + " `fail`. Under REPLICA IDENTITY FULL the value is always there.");
    static final SourceOption<Integer> PARALLELISM =
            new SourceOption<>(
                    "scan.parallelism",
                    TABLE,
                    OptionType.integer(1, MAX_PARALLELISM),
                    null,
                    "Parallelism of the scan. Default: that of the job.");
    static final SourceOption<Boolean> FILTER_PUSH_DOWN =
            new SourceOption<>(
                    "scan.filter-push-down",
                    TABLE,
                    OptionType.bool(),
                    "true",
                    "Whether PostgreSQL leaves out rows of the snapshot that a filter leaves out."
                            + " With `false`, scans of a table with other filters can be one.");

    private static final List<SourceOption<?>> ALL =
            List.of(
                    DSN,
                    HOSTNAME,
                    PORT,
                    DATABASE_NAME,
                    USERNAME,
                    PASSWORD,
                    TABLE_NAME,
                    PIPELINE,
                    TABLE_COLUMN,
                    CHANGELOG_MODE,
                    TRUNCATE,
                    TOAST,
                    PARALLELISM,
                    FILTER_PUSH_DOWN);

    private static final Set<SourceOption<?>> PLANNED =
            Set.of(
                    TABLE_NAME,
                    PIPELINE,
                    TABLE_COLUMN,
                    CHANGELOG_MODE,
                    TRUNCATE,
                    TOAST,
                    PARALLELISM,
                    FILTER_PUSH_DOWN,
                    SourceOptions.REPLICATION_SLOT,
                    SourceOptions.PUBLICATION,
                    SourceOptions.STARTUP_MODE,
                    SourceOptions.BATCH_BOUNDARY_SIGNALING,
                    SourceOptions.SCHEMA_DRIFT,
                    SourceOptions.UNREPRESENTABLE);

    private TableOptions() {}

    /** Those of SQL alone, in the order of the guide. */
    static List<SourceOption<?>> all() {
        return ALL;
    }

    /** Those of SQL alone and the properties of the source. */
    static List<SourceOption<?>> withSource() {
        return Stream.concat(ALL.stream(), SourceOptions.all().stream()).toList();
    }

    /** Which of these names are of no option that has an effect. */
    static Set<String> unknown(Set<String> names) {
        Set<String> unknown = new TreeSet<>(names);
        withSource().forEach(option -> unknown.remove(NameStyle.DASH.of(option)));
        unknown.removeIf(
                name ->
                        name.equals(FactoryUtil.CONNECTOR.key())
                                || name.equals(FactoryUtil.PROPERTY_VERSION.key()));
        return unknown;
    }

    /** Options of Flink's by which a declared watermark is made. */
    static Set<String> ofMadeWatermarks() {
        return Set.of(
                FactoryUtil.WATERMARK_EMIT_STRATEGY.key(), FactoryUtil.SOURCE_IDLE_TIMEOUT.key());
    }

    /** Whether an option of Flink is for sources that make watermarks themselves. */
    static boolean isOfWatermarks(String name) {
        return name.startsWith("scan.watermark.");
    }

    /** What Flink insists on. */
    static Set<ConfigOption<?>> required() {
        return Set.of(flink(TABLE_NAME));
    }

    /** What Flink accepts besides. */
    static Set<ConfigOption<?>> optional() {
        return flink(option -> !option.equals(TABLE_NAME));
    }

    /**
     * What a plan that was compiled takes from the table as it is now: where the server is, who
     * connects, and how is read. Flink gives them without the hints of the statement, and they go
     * over those. So what decides which table that is, where its stream stands, and which changes
     * and values come of it stays as it was planned.
     */
    static Set<ConfigOption<?>> forwarded() {
        return flink(option -> !PLANNED.contains(option));
    }

    private static Set<ConfigOption<?>> flink(Predicate<SourceOption<?>> which) {
        return withSource().stream()
                .filter(which)
                .map(TableOptions::flink)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** An option as Flink knows it: text, so that all wrong values are reported together. */
    static ConfigOption<String> flink(SourceOption<?> option) {
        ConfigOptions.TypedConfigOptionBuilder<String> text =
                ConfigOptions.key(NameStyle.DASH.of(option)).stringType();
        String byDefault = option.defaultText();
        return (byDefault == null ? text.noDefaultValue() : text.defaultValue(byDefault))
                .withDescription(option.description());
    }
}

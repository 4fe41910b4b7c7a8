package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.NameStyle;
import io.nanosync.flink.pg.config.OptionType;
import io.nanosync.flink.pg.config.Problem;
import io.nanosync.flink.pg.config.Secret;
import io.nanosync.flink.pg.config.SourceOptions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.jspecify.annotations.Nullable;

/** The options of a Flink table: those of SQL alone; the source's properties come beside them. */
final class TableOptions {

    private static final int MAX_PARALLELISM = 32_768;

    static final TableOption<String> DSN =
            new TableOption<>(
                    "dsn",
                    OptionType.text("a connection string"),
                    null,
                    "Connection string, with TLS and other options. Or, one by one, the five"
                            + " options that follow.");
    static final TableOption<String> HOSTNAME =
            new TableOption<>(
                    "hostname",
                    OptionType.text("a host name or address"),
                    null,
                    "Host name or address of the server.");
    static final TableOption<Integer> PORT =
            new TableOption<>("port", OptionType.integer(1, 65_535), "5432", "Port of the server.");
    static final TableOption<String> DATABASE_NAME =
            new TableOption<>(
                    "database-name", OptionType.text("a name"), null, "Database to connect to.");
    static final TableOption<String> USERNAME =
            new TableOption<>(
                    "username",
                    OptionType.text("a name"),
                    null,
                    "Role to connect as. It needs REPLICATION, and SELECT on the table.");
    static final TableOption<Secret> PASSWORD =
            new TableOption<>("password", password(), null, "Its password.");
    static final TableOption<String> TABLE_NAME =
            new TableOption<>(
                    "table-name",
                    OptionType.text("schema.table"),
                    null,
                    "The captured table with its schema, quoted as in SQL where needed. Required.");
    static final TableOption<String> PIPELINE =
            new TableOption<>(
                    "pipeline",
                    OptionType.text("a name"),
                    null,
                    "Name from which slot and publication get theirs. Default: schema and table,"
                            + " joined by an underscore.");
    static final TableOption<ChangelogOption> CHANGELOG_MODE =
            new TableOption<>(
                    "changelog-mode",
                    OptionType.enumeration(ChangelogOption.class),
                    "auto",
                    "What changes look like. `all`: updates with their old row, deletes whole;"
                            + " needs REPLICA IDENTITY FULL. `upsert`: updates with the new row,"
                            + " deletes with the key; needs a PRIMARY KEY. `append`: every change"
                            + " is an insert, metadata column `op` tells what it was. `auto`: `all`"
                            + " where the table has REPLICA IDENTITY FULL, else `upsert`.");
    static final TableOption<TruncatePolicy> TRUNCATE =
            new TableOption<>(
                    "truncate",
                    OptionType.enumeration(TruncatePolicy.class),
                    "fail",
                    "What a TRUNCATE does, as Flink SQL has no such change. `fail`: the job fails."
                            + " `ignore`: rows stay as they are downstream.");
    static final TableOption<ToastPolicy> TOAST =
            new TableOption<>(
                    "toast",
                    OptionType.enumeration(ToastPolicy.class),
                    null,
                    "What becomes of a large value that an update left alone, so that PostgreSQL"
                            + " didn't send it. `reselect`: it is read again by the table's key."
                            + " `fail`: the job fails. `null`: the column is null. Default:"
                            + " `reselect` where the table's key is declared as PRIMARY KEY, else"
                            + " `fail`. Under REPLICA IDENTITY FULL the value is always there.");
    static final TableOption<Integer> PARALLELISM =
            new TableOption<>(
                    "scan.parallelism",
                    OptionType.integer(1, MAX_PARALLELISM),
                    null,
                    "Parallelism of the scan. Default: that of the job.");

    private static final List<TableOption<?>> ALL =
            List.of(
                    DSN,
                    HOSTNAME,
                    PORT,
                    DATABASE_NAME,
                    USERNAME,
                    PASSWORD,
                    TABLE_NAME,
                    PIPELINE,
                    CHANGELOG_MODE,
                    TRUNCATE,
                    TOAST,
                    PARALLELISM);

    private TableOptions() {}

    /** Those of SQL alone, in the order of the guide. */
    static List<TableOption<?>> all() {
        return ALL;
    }

    /** What Flink insists on. */
    static Set<ConfigOption<?>> required() {
        return Set.of(TABLE_NAME.flink());
    }

    /** What Flink accepts besides: options of SQL and properties of the source. */
    static Set<ConfigOption<?>> optional() {
        Set<ConfigOption<?>> options = new LinkedHashSet<>();
        for (TableOption<?> option : ALL) {
            if (!option.equals(TABLE_NAME)) {
                options.add(option.flink());
            }
        }
        SourceOptions.all()
                .forEach(option -> options.add(TableOption.text(NameStyle.DASH.of(option))));
        return options;
    }

    /** Taken as it is, blanks included; what is found in its place isn't printed. */
    private static OptionType<Secret> password() {
        return new OptionType<>() {
            @Override
            public String expected() {
                return "a password";
            }

            @Override
            public @Nullable Secret parse(String text) {
                return text.isBlank() ? null : new Secret(text);
            }

            @Override
            public @Nullable Secret read(String text, String path, List<Problem> problems) {
                Secret password = parse(text);
                if (password == null) {
                    problems.add(Problem.of(path, "is empty", expected()));
                }
                return password;
            }
        };
    }
}
